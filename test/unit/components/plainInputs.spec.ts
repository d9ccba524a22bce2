import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { plainInputs } from "../../../components/plainInputs";

describe("What a program hands over", () => {
    it("is kept as it is, where it is plain", () => {
        const declared = {
            image: "redis:8",
            nodes: [{ name: "a", port: 1 }],
            settings: { save: ["1 1", "2 2"], hz: 10 },
        };
        assert.deepEqual(plainInputs(declared), { plain: declared, problems: [] });
    });

    it("is refused where it is an output, a secret or a promise, each by its path", () => {
        const { plain, problems } = plainInputs({
            image: pulumi.output("redis:8"),
            memory: pulumi.secret("512mb"),
            nodes: [{ name: "a", port: Promise.resolve(1) }],
            settings: { "max memory": pulumi.output("1mb"), hz: 10 },
        });
        const paths = problems.map(({ path }) => path);
        assert.deepEqual(paths, ["image", "memory", "nodes[0].port", 'settings["max memory"]']);
        assert.ok(problems.every(({ message }) => message.startsWith("Must be a plain value")));
        assert.equal(JSON.stringify(plain), '{"nodes":[{"name":"a"}],"settings":{"hz":10}}');
    });
});
