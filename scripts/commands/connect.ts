import { parse } from "../cli/arguments";
import { type Command, read } from "../cli/options";
import { connectLines, connectText } from "../cli/outcome";
import { session } from "../cli/session";
import { Failure } from "../setup/failure";

export const command: Command = {
    name: "connect",
    word: "[CLIENT]",
    summary:
        "How to connect to a stack's deployment: all that is short, or what to write for one client, ready to be pasted.",
    options: [],
};

/** `npm run connect`: how to connect, without a password. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const client = rest[0]?.startsWith("-") === false ? rest.shift() : undefined;
    read(command, rest);
    const opened = await session(stack);
    // Without --show-secrets passwords are masked.
    const outputs = JSON.parse(await opened.read(["stack", "output", "--json", "--stack", stack]));
    if (!outputs.connect) throw new Failure(`The stack ${stack} is not up: npm run up creates it.`);
    console.log(client ? connectText(outputs, client) : connectLines(outputs, stack).join("\n"));
    return 0;
}
