/**
 * How long the commands take that people wait for, and how many lines they print: `npm run bench -- up [runs] [checkout]`, 5
 * when absent. An `npm run up` that has nothing to do, one with a changed setting, `npm run status` and `npm run down`, of a
 * master with two replicas and of a cluster of three masters with a replica each. With another checkout of this project, such
 * as one of an earlier commit, that one does the same in turn.
 */
import { freePorts, type Outcome, Project, type StackConfiguration } from "../test/e2e/project";
import { freeBlock, images } from "../test/integration/servers";
import { median, seconds } from "./support/report";

const runs = Number(process.argv[2] ?? 5);
const other = process.argv[3];

interface Measured {
    milliseconds: number[];
    lines: number[];
}

async function main(): Promise<void> {
    const checkouts = [
        { name: "this checkout", project: await Project.create() },
        ...(other ? [{ name: other, project: await Project.create(other) }] : []),
    ];
    try {
        for (const nodes of [3, 6]) {
            const found = new Map<string, Measured>();
            for (let run = 1; run <= runs; run++) {
                // In turn, so that whatever else the machine does is shared.
                for (const { name, project } of checkouts) {
                    for (const [what, { took, output }] of await measured(project, nodes)) {
                        const key = `${nodes} servers, ${what}: ${name}`;
                        const { milliseconds, lines } = found.get(key) ?? { milliseconds: [], lines: [] };
                        milliseconds.push(took);
                        lines.push(output.trimEnd().split("\n").length);
                        found.set(key, { milliseconds, lines });
                    }
                }
            }
            for (const [key, { milliseconds, lines }] of [...found].sort(([a], [b]) => (a < b ? -1 : 1))) {
                console.log(`${key} ${seconds(milliseconds)}, ${median(lines)} lines, n=${milliseconds.length}`);
            }
        }
    } finally {
        for (const { project } of checkouts) await project.remove();
    }
}

/** The life of one stack, each of its commands with how long it took. */
async function measured(project: Project, nodes: number): Promise<Map<string, Outcome & { took: number }>> {
    const stack = project.stack();
    const found = new Map<string, Outcome & { took: number }>();
    const timed = async (what: string, command: () => Promise<Outcome>) => {
        const started = performance.now();
        const outcome = await command();
        if (outcome.code !== 0) throw new Error(`${what}: ${outcome.output}`);
        found.set(what, { ...outcome, took: performance.now() - started });
    };
    const shape = nodes === 3 ? await tree() : await cluster();
    await stack.write({ ...shape, settings: { maxmemory: "64mb" } });
    await timed("first up", () => stack.up());
    await timed("up, nothing to do", () => stack.up());
    await timed("status", () => stack.status());
    await stack.write({ ...shape, settings: { maxmemory: "65mb" } });
    await timed("up, a setting changed", () => stack.up());
    await timed("down", () => stack.down());
    return found;
}

async function tree(): Promise<StackConfiguration> {
    const [master, ...replicas] = await freePorts(3);
    return {
        image: images["8.0"],
        nodes: [
            { name: "master", port: master },
            ...replicas.map((port, index) => ({ name: `replica${index + 1}`, port, replicaOf: "master" })),
        ],
        data: "delete",
    };
}

async function cluster(): Promise<StackConfiguration> {
    const firstPort = await freeBlock(12);
    return { topology: "cluster", image: images["8.0"], cluster: { shards: 3, firstPort }, data: "delete" };
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
