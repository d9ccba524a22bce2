import type { ContainerInspectInfo } from "dockerode";
import { Redis } from "ioredis";
import { connectEngine } from "../../reconcile/docker/engine";
import { labels } from "../../redis/model/names";

/** One server as Docker and Redis show it. */
export interface Server {
    /** Its container's id. */
    id: string;
    startedAt: string;
    /** What of the container can be changed as it runs. */
    resources: string;
    /** The id of the container by which it got its configuration files. */
    files?: string;
    /** The live value of each setting. */
    settings: Record<string, string>;
    /** Whom it replicates: a node, or an address of nobody here; absent of masters. */
    master?: string;
    /** The hashes of each user's passwords. */
    passwords: Record<string, string>;
    /** How many slots of a cluster it owns. */
    slots: number;
}

/** What there is of one stack. */
export interface Outside {
    servers: Record<string, Server>;
    /** Data volumes by node, each with when it was made. */
    volumes: Record<string, string>;
    networks: string[];
}

/**
 * Looks at what there is of a stack, as somebody would who knows nothing of Pulumi: on this machine's Docker Engine, and in Redis
 * itself.
 *
 * @param prefix with which all of its names begin
 * @param administrator the passwords that the administrator has, or has had
 */
export async function outside(prefix: string, administrator: readonly string[]): Promise<Outside> {
    const engine = connectEngine();
    const ours = { filters: { label: [`${labels.prefix}=${prefix}`] } };
    const [containers, { Volumes }, networks] = await Promise.all([
        engine.listContainers({ ...ours, all: true }),
        engine.listVolumes(ours),
        engine.listNetworks(ours),
    ]);
    const live = containers.filter(({ Labels }) => Labels[labels.role] === "server");
    const servers = await Promise.all(
        live.map(async ({ Id, Labels }) => {
            const [{ State, HostConfig, NetworkSettings }, redis] = await Promise.all([
                engine.getContainer(Id).inspect(),
                ask(Number(Labels[labels.port]), administrator),
            ]);
            const node = Labels[labels.node] ?? "";
            const files = containers.find(
                (one) => one.Labels[labels.role] === "files" && one.Labels[labels.node] === node,
            );
            const address = Object.values(NetworkSettings.Networks)[0]?.IPAddress;
            const docker = { id: Id, startedAt: State.StartedAt, resources: resourcesOf(HostConfig), files: files?.Id };
            return [node, { ...docker, ...redis, address }] as const;
        }),
    );
    const data = (Volumes ?? []).filter(({ Labels }) => Labels[labels.role] === "data");
    const made = (volume: object) => (volume as { CreatedAt: string }).CreatedAt;
    const nodeAt = (host: string | undefined) => servers.find(([, { address }]) => address === host)?.[0] ?? host;
    return {
        servers: Object.fromEntries(
            servers.map(([node, { master, ...rest }]) => [node, { ...rest, master: nodeAt(master) }]),
        ),
        volumes: Object.fromEntries(data.map((volume) => [volume.Labels[labels.node] ?? "", made(volume)])),
        networks: networks.map(({ Id }) => Id),
    };
}

const resourcesOf = ({ Memory, MemorySwap, NanoCpus, RestartPolicy }: ContainerInspectInfo["HostConfig"]): string =>
    JSON.stringify([Memory, MemorySwap, NanoCpus, RestartPolicy?.Name]);

async function ask(port: number, administrator: readonly string[]) {
    const client = await connected(port, administrator);
    try {
        const flat = (await client.config("GET", "*")) as string[];
        const settings = Object.fromEntries(
            flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ""]] : [])),
        );
        const [role, master] = (await client.role()) as string[];
        const users = (await client.call("ACL", "LIST")) as string[];
        const nodes = settings["cluster-enabled"] === "yes" ? ((await client.cluster("NODES")) as string) : "";
        return {
            settings,
            ...(role === "slave" ? { master } : {}),
            passwords: Object.fromEntries(
                users.map((line) => [line.split(" ")[1], line.match(/#\w+/g)?.join(" ") ?? ""]),
            ),
            slots: slotsIn(nodes),
        };
    } finally {
        client.disconnect();
    }
}

async function connected(port: number, administrator: readonly string[]): Promise<Redis> {
    for (const password of administrator) {
        const client = new Redis({
            port,
            username: "administrator",
            password,
            lazyConnect: true,
            retryStrategy: () => null,
        });
        client.on("error", () => undefined);
        try {
            await client.connect();
            await client.ping();
            return client;
        } catch {
            client.disconnect();
        }
    }
    throw new Error(`the server on port ${port} takes none of the administrator's passwords`);
}

/** How many slots a node owns, by its own CLUSTER NODES. */
function slotsIn(nodes: string): number {
    const own = nodes.split("\n").find((line) => line.includes("myself")) ?? "";
    const ranges = own
        .split(" ")
        .slice(8)
        .filter((range) => /^\d/.test(range));
    return ranges.reduce((sum, range) => {
        const [from = 0, to = from] = range.split("-").map(Number);
        return sum + to - from + 1;
    }, 0);
}
