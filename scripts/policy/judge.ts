import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { localBackend } from "../cli/backend";
import { completed, withConfigFile } from "../cli/passThrough";
import { type Session, session } from "../cli/session";
import { exists, initialise } from "../cli/stack";
import { stackFile } from "../cli/stackFile";
import { startPack } from "../operation/pack";
import { program } from "../operation/program";
import { run } from "../operation/run";
import { policyPack } from "../setup/paths";
import { lastLines } from "../setup/processes";
import { temporaryFolder } from "../setup/temporary";
import type { Verdict } from "./verdict";

/** Previews a stack file with the policy pack. Changes nothing. */
export async function judge(stack: string, verbose: boolean): Promise<Verdict> {
    const started = performance.now();
    const folder = temporaryFolder("policy");
    try {
        const { opened, known } = await open(stack, folder);
        const flags = ["preview", "--policy-pack", startPack() ?? policyPack, "--stack", stack];
        // Where nothing is there yet, all of it is judged.
        const args = known ? await completed(flags, opened) : withConfigFile(flags, opened.configFile);
        const what = "previewing it with the policies";
        const { code, problems, told, output } = await run(opened, args, { program, verbose, steps: false, what });
        const causes = code === 0 ? [] : [...told.failures, ...problems.errors];
        const refused = code !== 0;
        const findings = [...problems.warnings, ...(refused && causes.length === 0 ? [lastLines(output, 15)] : causes)];
        return { stack, refused, findings, took: performance.now() - started };
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The stack where it exists, else a new one that is thrown away; with its hosts left alone, which may be out of reach. */
async function open(stack: string, folder: string): Promise<{ opened: Session; known: boolean }> {
    const chosen = await session(stack);
    const known = await exists(chosen).catch(() => false);
    const opened = known ? chosen : await session(stack, localBackend(folder));
    if (!known) await initialise(opened);
    const configuration = parseDocument(readFileSync(opened.configFile ?? stackFile(stack), "utf8"));
    configuration.setIn(["config", "redis:preflight"], false);
    const configFile = join(folder, `Pulumi.${stack}.yaml`);
    writeFileSync(configFile, String(configuration), { mode: 0o600 });
    return { opened: { ...opened, configFile }, known };
}
