import { availableParallelism } from "node:os";
import { join } from "node:path";
import { root } from "../setup/paths";
import { attempt, type Outcome } from "../setup/processes";

/**
 * Runs this command for each stack in a process of its own, since a program that fails is told by the whole process. As many
 * run at a time as there are processors; each is told in the order of the stacks, as soon as it can be.
 */
export async function apart(
    stacks: string[],
    command: string,
    flags: string[],
    tell: (stack: string, outcome: Outcome) => void,
): Promise<void> {
    const waiting = [...stacks];
    const done = new Map<string, Outcome>();
    let told = 0;
    const lane = async () => {
        for (let stack = waiting.shift(); stack !== undefined; stack = waiting.shift()) {
            const args = [join(root, "scripts", "start.mjs"), command, "--stack", stack, ...flags];
            done.set(stack, await attempt(process.execPath, args, { cwd: root }));
            for (let next = stacks[told]; next !== undefined; next = stacks[++told]) {
                const outcome = done.get(next);
                if (!outcome) break;
                tell(next, outcome);
            }
        }
    };
    await Promise.all(Array.from({ length: availableParallelism() }, lane));
}
