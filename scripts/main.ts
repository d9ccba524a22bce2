import { Failure } from "./setup/failure";
import { exitCodeOf } from "./setup/processes";

/** Runs the command named first with the arguments that follow, and sets the exit code. */
export async function start([name, ...args]: string[]): Promise<void> {
    try {
        const command = commands[name ?? ""];
        if (!command) throw new Failure(`there is no command ${name}; there are: ${Object.keys(commands).join(", ")}`);
        process.exitCode = await command().main(args);
    } catch (error) {
        const expected = error instanceof Failure;
        console.error(`\n${expected ? `Error: ${error.message}` : (error as Error).stack}`);
        process.exitCode = exitCodeOf(error);
    }
}

/** Loaded on demand: most need only a part of what the others do. */
const commands: Record<string, () => { main(args: string[]): number | Promise<number> }> = {
    up: () => require("./commands/up"),
    down: () => require("./commands/down"),
    status: () => require("./commands/status"),
    policy: () => require("./commands/policy"),
    repair: () => require("./commands/repair"),
    pulumi: () => require("./commands/pulumi"),
    soak: () => require("./commands/soak"),
    bench: () => require("./commands/bench"),
    test: () => require("./commands/test"),
    check: () => require("./commands/check"),
    format: () => require("./commands/format"),
    build: () => require("./commands/build"),
};
