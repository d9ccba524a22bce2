import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../../scripts/setup/paths";
import { pins } from "../../../scripts/setup/pins";
import { isAtLeast } from "../../../scripts/setup/versions";

describe("pinned versions", () => {
    it("agree with the Go module that the CLI is compiled from", () => {
        const module = readFileSync(join(root, "offline", "cli", "go.mod"), "utf8");
        for (const part of ["pkg", "sdk"]) {
            const required = new RegExp(`github\\.com/pulumi/pulumi/${part}/v3 v(\\S+)`).exec(module)?.[1];
            assert.equal(required, pins().cli, part);
        }
    });

    it("let the CLI be no older than the SDK", () => {
        assert.ok(isAtLeast(pins().cli, pins().sdk));
    });

    it("are those that npm has installed", () => {
        const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages;
        const installed = (name: string) => lock[`node_modules/${name}`].version;
        assert.equal(installed("pulumi"), pins().cli);
        for (const [name, version] of Object.entries(pins().plugins)) {
            assert.equal(installed(`@pulumi/${name}`), version);
        }
    });
});

describe("the comparison of versions", () => {
    const cases: [version: string, minimum: string, enough: boolean][] = [
        ["v3.259.0", "3.248.0", true],
        ["3.248.0", "3.248.0", true],
        ["3.247.9", "3.248.0", false],
        ["4.0.0", "3.248.0", true],
        ["v3.260.0-dev.0", "3.248.0", true],
        ["1.9", "1.21", false],
        ["1.21", "1.21.0", true],
        ["", "1.21", false],
        ["unknown", "1.21", false],
    ];
    for (const [version, minimum, enough] of cases) {
        it(`${version || "nothing"} is ${enough ? "" : "not "}enough for ${minimum}`, () => {
            assert.equal(isAtLeast(version, minimum), enough);
        });
    }
});
