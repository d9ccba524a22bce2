import { Cluster, type ClusterNode, type ClusterOptions } from "ioredis";
import { nodeNames } from "../../redis/model/names";
import type { Host } from "./hosts";
import { execute, type Stack } from "./project";

/** An application outside the hosts that was given a stack's outputs and nothing else. */
export class Application {
    private readonly opened: Cluster[] = [];

    private constructor(
        private readonly ioredis: { nodes: ClusterNode[]; options: ClusterOptions },
        readonly password: string,
    ) {}

    static async of(stack: Stack): Promise<Application> {
        const { ioredis } = (await stack.output("connect")) as { ioredis: Application["ioredis"] };
        return new Application(ioredis, (await stack.output("password")) as string);
    }

    /** A client of the cluster that begins at the given node, or at those that the stack names. */
    client(first?: ClusterNode): Cluster {
        const { nodes, options } = this.ioredis;
        const redisOptions = { ...options.redisOptions, password: this.password };
        const client = new Cluster(first ? [first] : nodes, { ...options, redisOptions });
        client.on("error", () => undefined);
        this.opened.push(client);
        return client;
    }

    close(): void {
        for (const client of this.opened.splice(0)) client.disconnect();
    }
}

/** What `redis-cli --cluster check` says of the cluster, run in a node's container. */
export async function clusterCheck(
    stack: Stack,
    node: { name: string; host: Host; port: number },
    password: string,
): Promise<string> {
    const { docker, address } = node.host;
    const check = ["redis-cli", "--cluster", "check", `${address}:${node.port}`];
    const { container } = nodeNames(stack.prefix, node.name);
    const args = ["--host", docker, "exec", "--env", "REDISCLI_AUTH", container, ...check];
    const env = { ...process.env, REDISCLI_AUTH: password };
    return (await execute("docker", args, stack.project.folder, env)).output;
}
