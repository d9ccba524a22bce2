import { deepStrictEqual, ok } from "node:assert/strict";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { Backend, type Outcome, packFile } from "./support/cli";
import { expectViolations } from "./support/expected";

const foreign = join(__dirname, "foreign");

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
            const preview = backend.preview(join(foreign, name), name, "--policy-pack", packFile);
            // Its test is where it fails.
            preview.catch(() => undefined);
            previews.set(name, preview);
        }
    });
    after(() => backend.remove());

    for (const name of names) {
        it(name, async () => {
            const outcome = (await previews.get(name)) as Outcome;
            expectViolations(outcome, join(foreign, name, "violations.txt"));
            ok(!passwords.test(outcome.messages.join("\n")), "a password shows");
        });
    }

    it("are told which policies have nothing to say of them", async () => {
        const { passed } = (await previews.get("valkey")) as Outcome;
        const about = (what: RegExp) => passed.filter((policy) => what.test(policy));
        deepStrictEqual(about(/sentinel|cluster|replica|host/), []);
        deepStrictEqual(about(/password-required|maxmemory/).sort(), ["redis-maxmemory", "redis-password-required"]);
    });
});
