import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localBackend } from "../../scripts/cli/backend";
import { type Session, session } from "../../scripts/cli/session";
import { create, exists, exported } from "../../scripts/cli/stack";

describe("a file backend that two stacks use at once", () => {
    let folder: string;
    let first: Session;
    let second: Session;
    /** A file of a stack as the backend keeps it. */
    const file = (stack: Session, end: string) =>
        join(folder, "state", ".pulumi", "stacks", "redis", `${stack.stack}.json${end}`);
    /** What the CLI does for a moment at each step of an update. */
    const beginToWrite = (stack: Session) => truncateSync(file(stack, ".attrs"));

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), "backend-"));
        const where = localBackend(folder);
        [first, second] = await Promise.all([session("chain", where), session("star", where)]);
        await Promise.all([create(first), create(second)]);
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    it("is set up by both", async () => {
        assert.equal(await exists(first), true);
        assert.equal(await exists(second), true);
        assert.deepEqual(
            readdirSync(join(folder, "state")).filter((name) => name.endsWith(".lock")),
            [],
        );
    });

    it("tells one stack while the other is just being written", async () => {
        const companion = readFileSync(file(second, ".attrs"));
        beginToWrite(second);
        try {
            assert.equal(await exists(first), true);
            assert.equal(await exists({ ...first, stack: "absent" }), false);
        } finally {
            writeFileSync(file(second, ".attrs"), companion);
        }
    });

    it("is waited for while the stack itself is just being written", async () => {
        const companion = readFileSync(file(first, ".attrs"));
        beginToWrite(first);
        let asked = 0;
        const attempt = async (args: string[]) => {
            const outcome = await first.attempt(args);
            if (++asked === 2) writeFileSync(file(first, ".attrs"), companion);
            return outcome;
        };
        assert.equal(await exists({ ...first, attempt }), true);
        assert.equal(asked, 3);
    });

    it("never takes a stack that cannot be read for one that is not there", async () => {
        const state = readFileSync(file(first, ""), "utf8");
        const companion = readFileSync(file(first, ".attrs"));
        beginToWrite(first);
        try {
            await assert.rejects(
                create(first),
                /The state of the stack chain cannot be read: a file of the backend file:/,
            );
            assert.equal(readFileSync(file(first, ""), "utf8"), state);
        } finally {
            writeFileSync(file(first, ".attrs"), companion);
        }
    });

    it("has a stack's state in a file, as the CLI exports it", async () => {
        const urn = "urn:pulumi:star::redis::pulumi:pulumi:Stack::redis-star";
        const resources = [{ urn, custom: false, type: "pulumi:pulumi:Stack", outputs: { password: "x" } }];
        const text = JSON.stringify({ version: 3, deployment: { manifest: {}, resources } });
        const { code, stderr } = await second.attempt(["stack", "import", "--stack", second.stack], text);
        assert.equal(code, 0, stderr);
        const told = JSON.parse(await second.read(["stack", "export", "--stack", second.stack]));
        let asked = 0;
        const attempt = (args: string[]) => {
            asked++;
            return second.attempt(args);
        };
        assert.deepEqual(await exported({ ...second, attempt }), told);
        assert.equal(asked, 0);
        // One of a form that is not known is left to the CLI.
        writeFileSync(
            file(second, ""),
            readFileSync(file(second, ""), "utf8").replace(/"version": *3/, '"version": 2'),
        );
        await exported({ ...second, attempt }).catch(() => undefined);
        assert.ok(asked > 0);
    });
});
