import { parse } from "../cli/arguments";
import { configuration } from "../cli/configuration";
import { declared } from "../cli/declared";
import { type Command, read } from "../cli/options";
import { session } from "../cli/session";
import { engine } from "../setup/engine";
import { main as status } from "../status";

export const command: Command = {
    name: "status",
    summary:
        "The topology as it is, and what differs from the stack file. Ends with 1 when something does, or takes no writes.",
    options: [{ names: ["--json"], help: "for machines; the form is in redis/status/statusJson.ts" }],
};

/** `npm run status`: the topology as it is. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const given = read(command, rest);
    const { endpoints } = configuration(stack);
    const opened = await session(stack);
    const [deployment] = await Promise.all([declared(opened), endpoints.includes(undefined) ? engine() : undefined]);
    return status(stack, deployment, given.has("--json") ? "json" : "table");
}
