import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { type Declared, execute, freePorts, Project, type Stack } from "./project";

const root = join(__dirname, "..", "..");

/** `npm test` is what runs this, and set-up with packages and images is what ran before it. */
const notAgain = ["npm test"];

describe("README", () => {
    let project: Project;
    let stack: Stack;
    let other: Stack;

    before(async () => {
        project = await Project.create();
        [stack, other] = [project.stack(), project.stack()];
        const { config } = parse(await readFile(join(root, "Pulumi.dev.yaml"), "utf8"));
        const declared: Declared[] = config["redis:nodes"];
        const dev = Object.fromEntries(
            Object.entries(config).map(([key, value]) => [key.replace("redis:", ""), value]),
        );
        // On ports of its own: the reader's own `dev` may be up.
        for (const each of [stack, other]) {
            const ports = await freePorts(declared.length);
            await each.write({ ...dev, nodes: declared.map((node, index) => ({ ...node, port: ports[index] })) });
        }
    });

    after(() => project.remove());

    it("holds commands that work, in the order in which they stand", async () => {
        const text = await readFile(join(root, "README.md"), "utf8");
        const blocks = [...text.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].map(([, block = ""]) => block);
        const commands = blocks.flatMap((block) => block.trim().split("\n"));
        assert.ok(commands.length >= 10, "hardly any command was found");
        for (const command of commands) {
            if (notAgain.includes(command)) continue;
            const { code, output } = await execute("sh", ["-c", forTest(command)], project.folder, project.env);
            assert.equal(code, 0, `${command}\n${output}`);
        }
        assert.deepEqual(await stack.objects(), []);
    });

    /** The same command for a stack of this test. */
    function forTest(command: string): string {
        if (command.includes("--stack NAME")) return command.replace("NAME", other.name);
        const words = command.startsWith("npm run pulumi") || command.includes(" -- ") ? "" : " --";
        return /^npm run /.test(command) ? `${command}${words} --stack ${stack.name}` : command;
    }
});
