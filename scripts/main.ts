import { Failure } from "./setup/failure";
import { exitCodeOf } from "./setup/processes";

/** Runs the command named first with the arguments that follow, and sets the exit code. */
export async function start([name, ...args]: string[]): Promise<void> {
    try {
        const command = commands[name as keyof typeof commands];
        if (!command) throw new Failure(`there is no command ${name}; there are: ${Object.keys(commands).join(", ")}`);
        process.exitCode = await (await command()).main(args);
    } catch (error) {
        const expected = error instanceof Failure;
        console.error(`\n${expected ? `Error: ${error.message}` : (error as Error).stack}`);
        process.exitCode = exitCodeOf(error);
    }
}

/** Loaded on demand: most need only a part of what the others do. */
const commands = {
    up: () => import("./commands/up.js"),
    down: () => import("./commands/down.js"),
    status: () => import("./commands/status.js"),
    policy: () => import("./commands/policy.js"),
    repair: () => import("./commands/repair.js"),
    pulumi: () => import("./commands/pulumi.js"),
    soak: () => import("./commands/soak.js"),
    test: () => import("./commands/test.js"),
    check: () => import("./commands/check.js"),
    format: () => import("./commands/format.js"),
};
