import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { eventLog } from "../../commands/rollout/planned";
import { parse } from "../cli/arguments";
import { changes, explain } from "../cli/outcome";
import { completed } from "../cli/passThrough";
import { prepare } from "../cli/prepare";
import type { Session } from "../cli/session";
import { create } from "../cli/stack";
import { repair } from "../repair/repair";
import { root } from "../setup/paths";
import { duration, say } from "../setup/progress";

/** `npm run up`: from whatever state a machine is in to a running deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const session = await prepare(stack);
    await create(session);
    await repair(session);
    const started = performance.now();
    const code = await withEventLog(session, async (log) =>
        session.run(await completed(["up", ...flags(stack), ...log, ...rest], session)),
    );
    const took = duration(performance.now() - started);
    if (code !== 0) {
        say(
            `\nThis update of the stack ${stack} has failed (after ${took}): see above. When that is mended, the next ` +
                "`npm run up` goes on from where it stands.",
        );
        return code;
    }
    const changed = await changes(session);
    say(changed === 0 ? `\nNothing had to change (${took}).` : `\nThe stack ${stack} is up (${took}).`);
    await explain(session);
    return 0;
}

/** Has the CLI note its events in a file while it works: the program reads its plan there. The CLI masks secrets in them. */
async function withEventLog<T>({ env }: Session, work: (flags: string[]) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-events-"));
    const file = join(folder, "events");
    // The flag exists for programs that drive the CLI, and only with this variable.
    Object.assign(env, { PULUMI_DEBUG_COMMANDS: "true", [eventLog]: file });
    try {
        return await work([`--event-log=${file}`]);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
}

function flags(stack: string): string[] {
    // The preview comes first, and shows the plan; --refresh notices what was removed or stopped by hand.
    const flags = ["--yes", "--refresh", "--stack", stack];
    if (existsSync(join(root, "policies", "PulumiPolicy.yaml"))) flags.push("--policy-pack", "policies");
    return flags;
}
