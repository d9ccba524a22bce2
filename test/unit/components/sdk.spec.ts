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

describe("The server of components", () => {
    /** What it reports, once it has begun to listen, of a refusal and of an error of another kind. */
    function reported(before: string): string[] {
        const script = `
            const pulumi = require("@pulumi/pulumi");
            const { leaveRefusalsOut } = require("./components/sdk");
            const log = require("@pulumi/pulumi/log");
            const said = [];
            log.error = async (message) => void said.push(message);
            const { main } = require("@pulumi/pulumi/provider/server");
            main({ version: "1.0.0" }, ["127.0.0.1:1"]);
            ${before}
            pulumi.output(Promise.reject(new pulumi.RunError("refused")));
            pulumi.output(Promise.reject(new Error("broken")));
            setTimeout(() => {
                process.stderr.write(JSON.stringify(said));
                process.kill(process.pid, "SIGKILL");
            }, 500);
        `;
        const args = ["--no-warnings", "--require", "tsx/cjs", "--eval", script];
        const { stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
        return JSON.parse(stderr.slice(stderr.indexOf("[")));
    }

    it("would report refusals by itself", () => assert.match(reported("").join("\n"), /refused/));

    it("reports what is no refusal, and nothing else", () => {
        const said = reported("leaveRefusalsOut();").join("\n");
        assert.match(said, /broken/);
        assert.doesNotMatch(said, /refused/);
    });
});

describe("A run of a program in another language", () => {
    it("is known by the engine that listens to it alone", () => {
        const script = `
            const settings = require("@pulumi/pulumi/runtime/settings");
            const { currentRun } = require("./components/sdk");
            const from = (monitor) => {
                settings.resetOptions("redis", "unit", 1, "", monitor, true, "");
                return currentRun();
            };
            const [none, one, same, other] = ["", "127.0.0.1:1", "127.0.0.1:1", "127.0.0.1:2"].map(from);
            console.log(JSON.stringify([none === undefined, one !== undefined, one === same, one === other]));
            process.exit();
        `;
        const args = ["--no-warnings", "--require", "tsx/cjs", "--eval", script];
        const { stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
        assert.equal(stdout.trim(), "[true,true,true,false]", stderr);
    });
});
