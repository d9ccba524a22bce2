import { Redis } from "ioredis";
import { freePorts, type Outcome, type Project, removeObjects, type StackConfiguration } from "../../test/e2e/project";
import { freeBlock } from "../../test/integration/servers";
import { clusterClient, type Deployment, image, maxmemory, memory, password, type Tool } from "./deployment";

/** A checkout of this project, used by its commands: this one, or an earlier one. */
export function ours(name: string, project: Project): Tool {
    return { name, deploy: (nodes) => deploy(project, nodes) };
}

async function deploy(project: Project, nodes: number): Promise<Deployment> {
    const stack = project.stack();
    const shape = nodes === 3 ? await tree() : await cluster(nodes);
    const declare = (value: string) =>
        stack.write({
            ...shape,
            image,
            passwords: { default: password },
            memory: `${memory}mb`,
            settings: { maxmemory: value },
            data: "delete",
        });
    const run = async (command: string) => succeeded(await project.npm(command, "--stack", stack.name));
    await declare(maxmemory[0]);
    return {
        // It ends when every server is as declared, which it has proved.
        create: () => run("up"),
        apply: () => run("up"),
        change: async () => {
            await declare(maxmemory[1]);
            return run("up");
        },
        destroy: () => run("down"),
        status: () => run("status"),
        client: () => {
            const { nodes: [master] = [], cluster } = shape;
            return cluster
                ? clusterClient("127.0.0.1", cluster.firstPort)
                : new Redis({ port: master?.port, password });
        },
        remove: async () => {
            await removeObjects(`${stack.prefix}-`);
        },
    };
}

type Shape = StackConfiguration & {
    nodes?: { name: string; port?: number; replicaOf?: string }[];
    cluster?: { shards: number; firstPort: number };
};

async function tree(): Promise<Shape> {
    const [master, ...replicas] = await freePorts(3);
    return {
        nodes: [
            { name: "master", port: master },
            ...replicas.map((port, index) => ({ name: `replica${index + 1}`, port, replicaOf: "master" })),
        ],
    };
}

async function cluster(nodes: number): Promise<Shape> {
    return { topology: "cluster", cluster: { shards: nodes / 2, firstPort: await freeBlock(nodes) } };
}

export function succeeded({ code, output }: Outcome): string {
    if (code !== 0) throw new Error(output);
    return output;
}
