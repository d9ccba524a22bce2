import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isAbsent } from "../../../scripts/cli/stateFile";
import { verdictLines } from "../../../scripts/policy/verdict";

describe("what `npm run policy` says of a stack", () => {
    const told = { stack: "dev", took: 2100 };
    const finding = "policy redis-tls (advisory): redis-dev-a: tls-port: it is not encrypted.";

    it("is one line where there is nothing to say", () => {
        assert.deepEqual(verdictLines({ ...told, refused: false, findings: [] }), ["dev: nothing to say (2.1 s)"]);
    });

    it("is each finding below whether it is advice or a refusal", () => {
        assert.deepEqual(verdictLines({ ...told, refused: false, findings: [finding] }), [
            "dev: advice only (2.1 s)",
            `  ${finding}`,
        ]);
        assert.deepEqual(verdictLines({ ...told, refused: true, findings: ["two\nlines"] }), [
            "dev: refused (2.1 s)",
            "  two",
            "  lines",
        ]);
    });
});

describe("a stack of a file backend", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "redis-on-docker-backend-"));
        mkdirSync(join(folder, ".pulumi", "stacks", "redis"), { recursive: true });
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("is not taken for absent in a folder of another form", () => {
        assert.equal(isAbsent(folder, "redis", "dev"), false);
        writeFileSync(join(folder, ".pulumi", "meta.yaml"), "version: 2\n");
        assert.equal(isAbsent(folder, "redis", "dev"), false);
    });

    it("is absent where no file has its name, whatever that file holds", () => {
        writeFileSync(join(folder, ".pulumi", "meta.yaml"), "version: 1\n");
        assert.equal(isAbsent(folder, "redis", "dev"), true);
        assert.equal(isAbsent(folder, "another", "organization/another/dev"), true);
        writeFileSync(join(folder, ".pulumi", "stacks", "redis", "dev.json.bak"), "");
        assert.equal(isAbsent(folder, "redis", "dev"), false);
        assert.equal(isAbsent(folder, "redis", "organization/redis/dev"), false);
        assert.equal(isAbsent(folder, "redis", "de"), true);
    });
});
