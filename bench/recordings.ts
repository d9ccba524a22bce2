/**
 * Records what the commands print, on a terminal and without one, into docs/commands.md: `npm run bench -- recordings`. Times,
 * ports, and what differs from machine to machine, are left out. It needs util-linux's `script` for the terminal. `npm run bench --
 * recordings help` writes the help anew only, and needs nothing.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execute, freePorts, type Outcome, Project, type Stack } from "../test/e2e/project";
import { images } from "../test/integration/servers";
import { commandsPage, type Recording, withHelp } from "./support/commandsPage";

const page = join(__dirname, "..", "docs", "commands.md");

/** Runs a command as a person does, at a terminal or with its output in a file. */
async function record(stack: Stack, isTerminal: boolean, name: string, ...args: string[]): Promise<Outcome> {
    const { folder, env } = stack.project;
    const words = ["node", "scripts/start.mjs", name, "--stack", stack.name, ...args];
    if (!isTerminal) return execute("sh", ["-c", `${words.join(" ")} 2>&1`], folder, env);
    const command = `stty rows 40 cols 120; ${words.join(" ")}`;
    return execute("script", ["-qec", command, "/dev/null"], folder, { ...env, TERM: "xterm-256color", CI: undefined });
}

async function main(): Promise<void> {
    if (process.argv[2] === "help") return writeFileSync(page, withHelp(readFileSync(page, "utf8")));
    const project = await Project.create();
    const recordings: Recording[] = [];
    try {
        const ports = await freePorts(4);
        for (const isTerminal of [false, true]) {
            const stack = project.stack();
            const play = async (title: string, name: string, ...args: string[]) => {
                const { code, output } = await record(stack, isTerminal, name, ...args);
                recordings.push({ title, isTerminal, name, args, code, output, stack: stack.name, ports });
            };
            const nodes = ["master", "replica1", "replica2"].map((name, index) => ({
                name,
                port: ports[index],
                ...(index > 0 ? { replicaOf: "master" } : {}),
            }));
            const shape = { image: images["8.0"], nodes, data: "delete", memory: "256mb" };
            const settings = { maxmemory: "128mb" };
            await stack.write({ ...shape, settings });
            await play("The first update", "up");
            await play("Nothing to do", "up");
            await play("As it is", "status");
            await stack.write({ ...shape, settings: { maxmemory: "160mb" } });
            await play("What a changed setting would do", "plan");
            await play("A changed setting", "up");
            const more = [...nodes, { name: "replica3", port: ports[3], replicaOf: "master" }];
            await stack.write({ ...shape, nodes: more, settings, memory: "300mb" });
            await play("One more replica, and another memory limit", "up", "--yes");
            await stack.write({ ...shape, settings, memory: "300mb" });
            await play("One replica less, for machines", "plan", "--json");
            await play("One replica less", "up", "--yes");
            await play("A mistake", "up", "--yess");
            await play("The end", "down");
        }
        writeFileSync(page, commandsPage(recordings));
    } finally {
        await project.remove();
    }
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
