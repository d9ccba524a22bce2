/**
 * How long nobody can write at the declared master's address when its container is replaced: `npm run bench -- outage
 * [runs]`, 5 when absent. A master and two replicas on one host, one writer that tries again every 20 ms. In turn: `npm run
 * up` with a setting that needs new containers; and what one does by hand, `docker stop`, `docker rm` and `docker run` of the
 * master, with the same arguments and data.
 */
import { connectEngine } from "../reconcile/docker/engine";
import { putBack, record } from "../reconcile/rollout/previousContainer";
import { nodeNames } from "../redis/model/names";
import { freePorts, Project, type Stack } from "../test/e2e/project";
import { Writer } from "../test/e2e/writer";
import { images } from "../test/integration/servers";
import { report } from "./support/report";

const runs = Number(process.argv[2] ?? 5);

async function main(): Promise<void> {
    const project = await Project.create();
    try {
        const stack = project.stack();
        const ports = await freePorts(3);
        await declare(stack, ports, 0);
        await stack.applied("--skip-preview");
        const times: Record<string, number[]> = { "npm run up": [], "by hand": [] };
        for (let run = 1; run <= runs; run++) {
            times["npm run up"]?.push(
                await pause(stack, ports, async () => {
                    await declare(stack, ports, run);
                    await stack.applied("--skip-preview");
                }),
            );
            times["by hand"]?.push(await pause(stack, ports, () => again(stack)));
            // The state has to know the container again.
            await stack.applied("--skip-preview");
        }
        report("longest time without a write", times);
        await stack.down();
    } finally {
        await project.remove();
    }
}

function declare(stack: Stack, ports: number[], change: number): Promise<void> {
    const names = ["master", "replica1", "replica2"];
    return stack.write({
        image: images["8.0"],
        nodes: names.map((name, index) => ({
            name,
            port: ports[index],
            ...(index > 0 ? { replicaOf: "master" } : {}),
        })),
        settings: { "io-threads": 1 + (change % 2) },
        data: "delete",
    });
}

/** The longest time between two acknowledged writes while something is done, in milliseconds. */
async function pause(stack: Stack, [port = 0]: number[], work: () => Promise<void>): Promise<number> {
    const writer = new Writer(port, (await stack.output("password")) as string, undefined, 0);
    await work();
    await writer.stop();
    return writer.longestPause;
}

/** The master's container made again, as by hand. */
async function again(stack: Stack): Promise<void> {
    const engine = connectEngine();
    const { Id } = await engine.getContainer(nodeNames(stack.prefix, "master").container).inspect();
    await putBack(engine, await record(engine, Id));
    await new Promise((resolve) => setTimeout(resolve, 3_000));
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
