import { parse } from "../cli/arguments";
import { completed } from "../cli/passThrough";
import { prepare } from "../cli/prepare";
import { exists } from "../cli/stack";
import { repair } from "../repair/repair";
import { say } from "../setup/progress";

/** `npm run down`: removes a stack's deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const session = await prepare(stack);
    if (!(await exists(session))) {
        say(`There is no stack ${stack}: nothing to remove.`);
        return 0;
    }
    await repair(session);
    const code = await session.run(await completed(["destroy", "--yes", "--stack", stack, ...rest], session));
    if (code !== 0) return code;
    const { data, hosts } = session.configuration;
    const down = hosts.filter(({ state }) => state === "down").map(({ name }) => name);
    if (down.length > 0) {
        say(
            `\nWhat is on ${down.join(", ")} is left: run this again when it is back, or, when it is lost for good, ` +
                "once it is taken out of the stack file.",
        );
    } else if (data === "keep") {
        say("\nThe data is kept, in the volumes of this deployment: the next `npm run up` has it again.");
    } else {
        say("\nNothing is left of it.");
    }
    return 0;
}
