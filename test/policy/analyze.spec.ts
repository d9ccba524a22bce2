import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Backend, pack } from "./support/cli";
import { expectViolations, linesOf } from "./support/expected";

const existing = join(__dirname, "existing");
const expected = join(existing, "violations.txt");

/** A policy pack is asked at preview; here it is asked of what runs already, without the program. */
describe("pulumi policy analyze", function () {
    this.timeout(600_000);
    const name = `t${randomBytes(4).toString("hex")}`;
    let backend: Backend;
    let folder: string;

    before(async () => {
        backend = await Backend.open();
        folder = await backend.stack(existing, name);
        const { code, output } = await backend.pulumi(folder, ["up", "--yes", "--skip-preview", "--stack", name]);
        strictEqual(code, 0, output);
    });
    after(async () => {
        const { code, output } = await backend.pulumi(folder, ["destroy", "--yes", "--skip-preview", "--stack", name]);
        backend.remove();
        strictEqual(code, 0, output);
    });

    it("says of a stack that exists what was said at its preview", async () => {
        expectViolations(await backend.preview(existing, "preview", "--policy-pack", pack), expected);
        expectViolations(await backend.analyze(folder, ["--stack", name]), expected);
    });

    it("says the same of an exported state", async () => {
        expectViolations(await backend.analyze(folder, ["--file", await exported()]), expected);
    });

    it("guesses at nothing where the export's secrets cannot be read", async () => {
        const file = await exported();
        const { violations, output } = await backend.analyze(folder, ["--file", file], {
            PULUMI_CONFIG_PASSPHRASE: "",
        });
        const about = /password|commands|maxmemory|eviction|persistence/;
        ok(linesOf(expected).some((line) => about.test(line)));
        deepStrictEqual(
            violations.filter((line) => about.test(line)),
            [],
            output,
        );
        ok(violations.includes("advisory redis-configuration-visible server"), output);
    });

    async function exported(): Promise<string> {
        const { output } = await backend.pulumi(folder, ["stack", "export", "--stack", name]);
        const file = join(folder, "state.json");
        writeFileSync(file, output);
        return file;
    }
});
