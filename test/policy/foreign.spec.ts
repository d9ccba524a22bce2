import { deepStrictEqual, ok } from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Backend, type Outcome, pack } from "./support/cli";

const foreign = join(__dirname, "foreign");

/** Set to write what the pack says beside the programs, to be read before it is committed. */
const record = process.env.RECORD_VIOLATIONS !== undefined;

/** Passwords of the programs, none of which may show. */
const passwords = /123456|"passwd"|my_master_password|my_replica_password|Zq8vN2wLr5Tb9XkPd3HsYc7M/;

describe("programs of others, previewed by the CLI", function () {
    this.timeout(300_000);
    const names = readdirSync(foreign);
    const previews = new Map<string, Promise<Outcome>>();
    let backend: Backend;
    before(async () => {
        backend = await Backend.open();
        for (const name of names) {
            const preview = backend.preview(join(foreign, name), name, "--policy-pack", pack);
            // Its test is where it fails.
            preview.catch(() => undefined);
            previews.set(name, preview);
        }
    });
    after(() => backend.remove());

    for (const name of names) {
        it(name, async () => {
            const outcome = (await previews.get(name)) as Outcome;
            const expected = join(foreign, name, "violations.txt");
            if (record) {
                writeFileSync(expected, outcome.violations.map((line) => `${line}\n`).join(""));
            }
            const lines = readFileSync(expected, "utf8")
                .split("\n")
                .filter((line) => line !== "");
            deepStrictEqual(outcome.violations, lines, outcome.output);
            ok(!passwords.test(outcome.messages.join("\n")), "a password shows");
            // A mandatory violation fails the preview; nothing else does.
            deepStrictEqual(
                outcome.code !== 0,
                lines.some((line) => line.startsWith("mandatory")),
                outcome.output,
            );
        });
    }
});
