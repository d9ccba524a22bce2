import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { parse } from "../cli/arguments";
import { localBackend } from "../cli/backend";
import { configuration } from "../cli/configuration";
import { type Command, read } from "../cli/options";
import { completed, withConfigFile } from "../cli/passThrough";
import { type Session, session } from "../cli/session";
import { create, exists } from "../cli/stack";
import { stackFile } from "../cli/stackFile";
import { program } from "../operation/program";
import { run } from "../operation/run";
import { engine } from "../setup/engine";
import { Failure } from "../setup/failure";
import { policyPack, root } from "../setup/paths";
import { lastLines } from "../setup/processes";
import { print, say } from "../setup/terminal";

export const command: Command = {
    name: "policy",
    summary: "Judges every stack file by the policy pack, or the one that is named. Nothing is touched.",
    options: [],
};

/** `npm run policy`: previews every stack file, or the one that is named, with the policy pack. Changes nothing. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    read(command, parsed.rest);
    const stacks = parsed.named ? [parsed.stack] : stackNames(readdirSync(root));
    // Refuses a stack that has no file, before anything is done.
    for (const stack of stacks) configuration(stack);
    await engine();
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-policy-"));
    try {
        const refused: string[] = [];
        for (const stack of stacks) {
            print(`The stack ${stack}:`);
            const { opened, known } = await open(stack, folder);
            const flags = ["preview", "--policy-pack", policyPack, "--stack", stack];
            // Where nothing is there yet, all of it is judged.
            const all = known ? await completed(flags, opened) : withConfigFile(flags, opened.configFile);
            const what = "previewing it with the policies";
            const done = await run(opened, all, { program, verbose: false, steps: false, what });
            for (const warning of done.problems.warnings) print(`  ${warning}`);
            if (done.code === 0) continue;
            refused.push(stack);
            const causes = [...done.told.failures, ...done.problems.errors];
            for (const cause of causes.length > 0 ? causes : [lastLines(done.output, 15)]) print(`  ${cause}`);
        }
        if (refused.length > 0)
            throw new Failure(`The preview failed or was refused: ${refused.join(", ")}. See above.`);
        say(`\nNo mandatory policy is violated: ${stacks.join(", ")}`);
        return 0;
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

/** The names of the stack files in a folder's listing. */
export function stackNames(files: string[]): string[] {
    return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

/** The stack where it exists, else a new one that is thrown away; with its hosts left alone, which may be out of reach. */
async function open(stack: string, folder: string): Promise<{ opened: Session; known: boolean }> {
    const chosen = await session(stack);
    const known = await exists(chosen).catch(() => false);
    const opened = known ? chosen : await session(stack, localBackend(folder));
    if (!known) await create(opened);
    const configuration = parseDocument(readFileSync(opened.configFile ?? stackFile(stack), "utf8"));
    configuration.setIn(["config", "redis:preflight"], false);
    const configFile = join(folder, `Pulumi.${stack}.yaml`);
    writeFileSync(configFile, String(configuration), { mode: 0o600 });
    return { opened: { ...opened, configFile }, known };
}
