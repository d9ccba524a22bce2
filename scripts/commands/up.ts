import { existsSync } from "node:fs";
import { join } from "node:path";
import { parse } from "../cli/arguments";
import { changes, explain } from "../cli/outcome";
import { completed } from "../cli/passThrough";
import { prepare } from "../cli/prepare";
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
    const code = await session.run(await completed(["up", ...flags(stack), ...rest], session));
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

function flags(stack: string): string[] {
    // The preview comes first, and shows the plan; --refresh notices what was removed or stopped by hand.
    const flags = ["--yes", "--refresh", "--stack", stack];
    if (existsSync(join(root, "policies", "PulumiPolicy.yaml"))) flags.push("--policy-pack", "policies");
    return flags;
}
