import assert from "node:assert/strict";
import { keepSecrets, type Properties, plain, withoutSecrets } from "../../offline/provider/values";

const secret = (value: Properties[string]): Properties => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
});

describe("secrets", () => {
    const original: Properties = {
        name: "a",
        environment: { PASSWORD: secret("hunter2"), HOST: "b" },
        uploads: [{ file: "/a", content: secret("hunter2") }],
    };

    it("are taken off for the provider", () => {
        assert.deepEqual(plain(original), {
            name: "a",
            environment: { PASSWORD: "hunter2", HOST: "b" },
            uploads: [{ file: "/a", content: "hunter2" }],
        });
    });

    it("come back on the same properties, on lists as a whole", () => {
        const outputs = { ...(plain(original) as Properties), id: "1" };
        assert.deepEqual(keepSecrets(outputs, original), {
            name: "a",
            environment: { PASSWORD: secret("hunter2"), HOST: "b" },
            uploads: secret([{ file: "/a", content: "hunter2" }]),
            id: "1",
        });
    });

    it("are masked in messages", () => {
        assert.equal(withoutSecrets("no such user hunter2 on b", original), "no such user [secret] on b");
    });
});
