import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { local } from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { settled, whereKnown } from "../../../components/sdk";

const root = join(__dirname, "..", "..", "..");

/** The command's output, at a preview of a program in which it stands. */
async function awaited(): Promise<pulumi.Output<string>> {
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ name, inputs }) => ({ id: name, state: inputs }),
        call: () => ({}),
    };
    await pulumi.runtime.setMocks(mocks, "redis", "unit", true);
    return new local.Command("maker", { create: "echo password" }).stdout;
}

describe("A value of Pulumi's", () => {
    it("is had as it is, where it is known", async () => {
        assert.equal(await settled(pulumi.output("plain")), "plain");
        assert.equal(await whereKnown(pulumi.output("plain")), "plain");
    });

    it("is had also of a secret", async () => {
        assert.equal(await settled(pulumi.secret("hidden")), "hidden");
        assert.equal(await whereKnown(pulumi.secret("hidden")), "hidden");
    });

    it("is waited for", async () => {
        const later = new Promise<string>((resolve) => setTimeout(resolve, 10, "later"));
        assert.equal(await whereKnown(pulumi.output(later)), "later");
    });

    it("is none at a preview when another resource has yet to make it", async () => {
        const password = await awaited();
        assert.equal(await whereKnown(password), undefined);
        assert.equal(await settled(password), undefined);
        assert.equal(await whereKnown(pulumi.secret(password)), undefined);
    });

    it("fails with its resource", async () => {
        const failing = () => pulumi.output(Promise.reject(new pulumi.RunError("not made")) as Promise<string>);
        await assert.rejects(settled(failing()), /not made/);
        await assert.rejects(whereKnown(failing()), /not made/);
    });
});

/** As the SDK handles the outputs of a stack: an error is told once, and what waits for an output begins to do so later. */
const program = (before: string) => `
    const pulumi = require("@pulumi/pulumi");
    const { ignoreLateHandling } = require("./components/sdk");
    process.on("unhandledRejection", () => undefined);
    ${before}
    const output = pulumi.output(Promise.reject(new pulumi.RunError("refused")));
    setTimeout(() => output.apply((value) => value), 20);
`;

function printed(before: string): string {
    const { status, stderr } = spawnSync(process.execPath, ["--require", "tsx/cjs", "--eval", program(before)], {
        cwd: root,
        encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return stderr;
}

describe("A deployment that is refused", () => {
    it("would have Node.js warn of each output of it", () =>
        assert.match(printed(""), /PromiseRejectionHandledWarning/));

    it("has nothing printed beside its error, however many are refused", () =>
        assert.equal(printed("for (let refused = 0; refused < 20; refused++) ignoreLateHandling();"), ""));
});
