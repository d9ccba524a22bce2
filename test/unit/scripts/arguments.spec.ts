import assert from "node:assert/strict";
import { parse } from "../../../scripts/cli/arguments";
import { beginsStack, withConfigFile } from "../../../scripts/cli/passThrough";

describe("arguments of the npm commands", () => {
    it("mean the stack dev when none is named", () => {
        assert.deepEqual(parse([], {}), { stack: "dev", named: false, rest: [] });
    });

    it("mean the stack of PULUMI_STACK when that is set", () => {
        assert.equal(parse([], { PULUMI_STACK: "prod" }).stack, "prod");
        assert.equal(parse(["--stack", "test"], { PULUMI_STACK: "prod" }).stack, "test");
    });

    for (const form of [["--stack", "prod"], ["--stack=prod"], ["-s", "prod"]]) {
        it(`take the stack from ${form.join(" ")}, and pass the rest on in order`, () => {
            const parsed = parse(["--target", "a", ...form, "--diff"], {});
            assert.deepEqual(parsed, { stack: "prod", named: true, rest: ["--target", "a", "--diff"] });
        });
    }

    it("refuse --stack without a name", () => {
        for (const args of [["--stack"], ["--stack="], ["--stack", "--diff"]]) {
            assert.throws(() => parse(args, {}), /--stack needs a name/);
        }
    });
});

describe("arguments for the CLI", () => {
    const file = "/state/Pulumi.dev.yaml";

    it("name the untracked configuration file in operations", () => {
        assert.deepEqual(withConfigFile(["up", "--yes"], file), ["up", `--config-file=${file}`, "--yes"]);
        assert.deepEqual(withConfigFile(["--non-interactive", "preview"], file), [
            "--non-interactive",
            "preview",
            `--config-file=${file}`,
        ]);
    });

    it("begin a stack where it is previewed, brought up or configured, wherever its name stands", () => {
        for (const args of [["preview"], ["--stack", "new", "up"], ["-s", "new", "config", "set", "a", "b"]])
            assert.ok(beginsStack(args), args.join(" "));
        for (const args of [["destroy"], ["refresh"], ["stack", "init", "up"], ["--stack", "up", "version"], []])
            assert.ok(!beginsStack(args), args.join(" "));
        assert.deepEqual(withConfigFile(["--stack", "up", "preview"], file), [
            "--stack",
            "up",
            "preview",
            `--config-file=${file}`,
        ]);
    });

    it("are left alone where they belong to the tracked file, or to none", () => {
        const untouched = [["config", "set", "redis:image", "up"], ["stack", "output"], ["version"], ["--help"], []];
        for (const args of untouched) assert.deepEqual(withConfigFile(args, file), args);
    });

    it("are left alone when they name a configuration file, and when the tracked one is to be used", () => {
        for (const args of [
            ["up", "--config-file=x"],
            ["up", "--config-file", "x"],
        ]) {
            assert.deepEqual(withConfigFile(args, file), args);
        }
        assert.deepEqual(withConfigFile(["up"], undefined), ["up"]);
    });
});
