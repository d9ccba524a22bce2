import { labelList } from "../../../components/labels";
import type { Passwords } from "../../../redis/acl/passwords";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { filesContainer, serverArguments, serverLabels } from "../../../redis/model/containerSpecification";
import { nodeFiles } from "../../../redis/model/files/nodeFiles";
import { buildModel, type Model, type NodeModel } from "../../../redis/model/model";
import { goodPassword, onHost } from "./baseline";
import { container, type Declared } from "./judge";

const passwords: Passwords = Object.fromEntries(
    ["administrator", "replication", "health", "sentinel", "discovery", "default"].map((name) => [
        name,
        goodPassword + name,
    ]),
);

/** What this project makes of a declaration, as its components declare it. */
export function own(declaration: DeploymentArguments, prefix = "own"): Declared[] {
    const model = buildModel(declaration, { id: `id-of-${prefix}`, prefix });
    const nodes = [...model.nodes, ...(model.sentinels ?? [])];
    return [
        ...nodes.flatMap((node) => declared(model, node)),
        {
            type: "command:local:Command",
            name: "converge",
            props: { create: "node converge", stdin: JSON.stringify(model) },
        },
    ];
}

function declared(model: Model, node: NodeModel): Declared[] {
    const { names } = node;
    const { docker } = model.hosts.find(({ name }) => name === node.host) ?? {};
    const common = { type: container, provider: docker === undefined ? undefined : onHost(node.host) };
    const files = nodeFiles(model, node, passwords);
    // One with a limit, whatever a test declares: it is not what they are about.
    const limited = { ...model, memory: "512mb" };
    return [
        {
            ...common,
            name: names.files,
            props: {
                ...filesContainer(model, node, names.configurationVolume),
                uploads: files.map(({ path, content }) => ({ file: path, content })),
            },
        },
        {
            ...common,
            name: node.name,
            props: {
                ...serverArguments(limited, node, {
                    data: names.dataVolume,
                    configuration: names.configurationVolume,
                    network: model.network.mode === "host" ? undefined : model.network.name,
                }),
                labels: labelList(serverLabels(model, node)),
            },
        },
    ];
}

/** A cluster of so many shards, each node on the host of its name, where there are several. */
export function ownCluster(
    shards: number,
    replicasPerShard: number,
    placement?: Record<string, string>,
): DeploymentArguments {
    const names = [...new Set(Object.values(placement ?? {}))];
    const hosts = names.map((name, index) => ({ name, docker: `ssh://ops@${name}`, address: `10.0.0.${index + 1}` }));
    return {
        topology: "cluster",
        image: "redis:8.2.1",
        ...(placement ? { network: "host", hosts } : {}),
        cluster: { shards, replicasPerShard, placement },
        settings: { maxmemory: "256mb" },
    };
}

/** A master and two replicas, watched by Sentinels on the hosts of these names, one each. */
export function ownWatched(...hosts: string[]): DeploymentArguments {
    const names = ["a", "b", "c", "d"];
    return {
        topology: "sentinel",
        image: "redis:8.2.1",
        network: "host",
        hosts: names.map((name, index) => ({ name, docker: `ssh://ops@${name}`, address: `10.0.0.${index + 1}` })),
        nodes: [
            { name: "redis1", port: 6379, host: "a" },
            { name: "redis2", port: 6379, host: "b", replicaOf: "redis1" },
            { name: "redis3", port: 6379, host: "c", replicaOf: "redis1" },
        ],
        sentinels: hosts.map((host, index) => ({ name: `sentinel${index + 1}`, port: 26379 + index, host })),
        settings: { maxmemory: "256mb" },
    };
}
