import { suggestion } from "../redis/declaration/nearest";
import { asksForHelp, type Command, helpOf } from "./cli/options";
import { Failure } from "./setup/failure";
import { exitCodeOf } from "./setup/processes";
import { allowClosedStreams, say } from "./setup/terminal";

/** Runs the command named first with the arguments that follow, and ends this process with its exit code. */
export async function start([name = "", ...args]: string[]): Promise<void> {
    let code: number;
    allowClosedStreams();
    try {
        const load = commands[name];
        if (!load) throw new Failure(unknown(name));
        const { command, main } = load();
        if (command && asksForHelp(args)) {
            console.log(helpOf(command, process.stdout.columns));
            code = 0;
        } else code = await main(args);
    } catch (error) {
        const expected = error instanceof Failure;
        say(`\n${expected ? `Error: ${error.message}` : (error as Error).stack}`);
        code = exitCodeOf(error);
    }
    // A program whose CLI was killed may still be at work in this process.
    process.exit(code);
}

interface Module {
    /** What its help shows; absent where another program has the help. */
    command?: Command;
    main(args: string[]): number | Promise<number>;
}

/** Loaded on demand: most need only a part of what the others do. */
const commands: Record<string, () => Module> = {
    up: () => require("./commands/up"),
    plan: () => require("./commands/plan"),
    down: () => require("./commands/down"),
    status: () => require("./commands/status"),
    connect: () => require("./commands/connect"),
    policy: () => require("./commands/policy"),
    rotate: () => require("./commands/rotate"),
    repair: () => require("./commands/repair"),
    pulumi: () => require("./commands/pulumi"),
    soak: () => require("./commands/soak"),
    bench: () => require("./commands/bench"),
    test: () => require("./commands/test"),
    check: () => require("./commands/check"),
    generate: () => require("./commands/generate"),
    format: () => require("./commands/format"),
    build: () => require("./commands/build"),
};

function unknown(name: string): string {
    const names = Object.keys(commands);
    return `there is no command ${name}; there are: ${names.join(", ")}${suggestion(name, names)}`;
}
