import { mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { localEndpoint } from "../../commands/docker/endpoint";
import { environment } from "../cli/session";
import { type Counts, countLine, mochaArguments } from "../cli/tests";
import { cli } from "../setup/cli";
import { ownImages } from "../setup/debianImage";
import { engine } from "../setup/engine";
import { image } from "../setup/image";
import { root } from "../setup/paths";
import { run } from "../setup/processes";

/** `npm test`: every test there is, with everything that they need. The last line says how many passed. */
export async function main(args: string[]): Promise<number> {
    const found = await cli();
    await engine();
    for (const name of ownImages) await image(name, localEndpoint());

    // Tests have a state of their own: never the user's backend, login or stacks.
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-test-"));
    const counts = join(folder, "counts.json");
    const state = join(folder, "state");
    mkdirSync(state);
    const env: NodeJS.ProcessEnv = {
        ...environment(found, { own: false, env: {} }),
        XDG_STATE_HOME: state,
        PULUMI_CREDENTIALS_PATH: state,
        TEST_COUNTS: counts,
    };
    for (const name of ["PULUMI_BACKEND_URL", "PULUMI_ACCESS_TOKEN", "PULUMI_STACK"]) delete env[name];
    try {
        const code = await run(process.execPath, mochaArguments(root, args), { cwd: root, env });
        const seen = read(counts);
        console.log(countLine(seen));
        return seen && seen.failed === 0 ? code : Math.max(code, 1);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** What the reporter counted; undefined when mocha ended before its end, such as for a file that cannot be loaded. */
function read(path: string): Counts | undefined {
    try {
        return JSON.parse(readFileSync(path, "utf8"));
    } catch {
        return undefined;
    }
}
