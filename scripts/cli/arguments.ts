import { Failure } from "../setup/failure";

/** What stands behind `npm run up --`: the stack, and what is passed on. */
export interface Arguments {
    stack: string;
    /** Whether the user named the stack. */
    named: boolean;
    rest: string[];
}

/** The stack that is meant when none is named. */
export const defaultStack = "dev";

/** Takes `--stack NAME`, `--stack=NAME` or `-s NAME` out of the arguments. */
export function parse(args: string[], env: NodeJS.ProcessEnv = process.env): Arguments {
    const rest: string[] = [];
    let stack: string | undefined;
    for (let at = 0; at < args.length; at++) {
        const arg = args[at] as string;
        if (arg === "--stack" || arg === "-s") stack = named(args[++at]);
        else if (arg.startsWith("--stack=")) stack = named(arg.slice("--stack=".length));
        else rest.push(arg);
    }
    return { stack: stack ?? (env.PULUMI_STACK || defaultStack), named: stack !== undefined, rest };
}

function named(stack: string | undefined): string {
    if (!stack || stack.startsWith("-")) throw new Failure("--stack needs a name: npm run up -- --stack NAME");
    return stack;
}
