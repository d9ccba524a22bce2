import { readdirSync } from "node:fs";
import { parse } from "../cli/arguments";
import { configuration } from "../cli/configuration";
import { type Command, type Given, read } from "../cli/options";
import { verbose } from "../cli/pulumiOptions";
import { apart } from "../policy/apart";
import { judge } from "../policy/judge";
import { verdictLines } from "../policy/verdict";
import { cli } from "../setup/cli";
import { engine } from "../setup/engine";
import { Failure } from "../setup/failure";
import { root } from "../setup/paths";
import { print, say, show } from "../setup/terminal";
import { together } from "../setup/together";

export const command: Command = {
    name: "policy",
    summary: "Judges every stack file by the policy pack, or the one that is named. Nothing is touched.",
    options: [verbose],
};

/** `npm run policy`: previews every stack file, or the one that is named, with the policy pack. Changes nothing. */
export async function main(args: string[]): Promise<number> {
    const parsed = parse(args);
    const given = read(command, parsed.rest);
    const stacks = parsed.named ? [parsed.stack] : stackNames(readdirSync(root));
    // Refuses a stack that has no file, before anything is done.
    for (const stack of stacks) configuration(stack);
    // For several the CLI is made ready once, and not by each for itself.
    await together(engine, async () => parsed.named || cli());
    const refused = parsed.named ? await refusedOf(parsed.stack, given) : await refusedAmong(stacks, given);
    if (refused.length > 0) throw new Failure(`The preview failed or was refused: ${refused.join(", ")}. See above.`);
    say(`\nNo mandatory policy is violated: ${stacks.join(", ")}`);
    return 0;
}

/** The names of the stack files in a folder's listing. */
export function stackNames(files: string[]): string[] {
    return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

async function refusedOf(stack: string, given: Given): Promise<string[]> {
    const verdict = await judge(stack, given.has("--verbose"));
    for (const line of verdictLines(verdict)) print(line);
    return verdict.refused ? [stack] : [];
}

async function refusedAmong(stacks: string[], given: Given): Promise<string[]> {
    const refused: string[] = [];
    let told = 0;
    const end = show(() => [`previewing the stacks with the policies (${told} of ${stacks.length})`]);
    try {
        const flags = given.has("--verbose") ? ["--verbose"] : [];
        await apart(stacks, "policy", flags, (stack, { code, stdout, stderr }) => {
            told++;
            if (code !== 0) refused.push(stack);
            // What ends before there is a verdict says why on the other stream.
            print(stdout.trimEnd() || `${stack}: ${stderr.trim()}`);
        });
    } finally {
        end();
    }
    return refused;
}
