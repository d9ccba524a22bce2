import type { DeploymentArguments, NodeArguments, Topology } from "../../../redis/declaration/arguments";

/**
 * What becomes of a change:
 * - `live`: running servers are told; nothing is replaced.
 * - `rolling`: containers are replaced one after the other, each when the one before is in sync, masters after a handover.
 * - `moving`: new servers come beside the old ones, get the data, take over, and the old ones leave.
 * - `remembered`: no server is touched; it says what later updates do.
 * - `refused`: before anything is touched, by name.
 */
export const outcomes = ["live", "rolling", "moving", "remembered", "refused"] as const;
/** Of a change that does both: some servers come or leave, and the others are replaced. */
const both = "moving, rolling";
export type Outcome = (typeof outcomes)[number] | typeof both;

/** One line of the table. */
export interface Row {
    /** Of the stack file; what is below a list is behind `[]`. */
    key: string;
    /** What changes, where the key alone does not say it. */
    what?: string;
    /** What it is changed from; the deployment of the topology as it is where absent. */
    from?: (args: DeploymentArguments) => DeploymentArguments;
    to: (args: DeploymentArguments) => DeploymentArguments;
    /** What becomes of it, for the topologies that have it. */
    outcome: Partial<Record<Topology, Outcome>>;
    passwords?: Record<string, string>;
}

const all = (outcome: Outcome) => ({ replication: outcome, sentinel: outcome, cluster: outcome });
const set = (change: Partial<DeploymentArguments>) => (args: DeploymentArguments) => ({ ...args, ...change });
/** Changes the last node, which is a replica. */
const last =
    (change: Partial<NodeArguments>) =>
    (args: DeploymentArguments): DeploymentArguments => ({
        ...args,
        nodes: args.nodes?.map((node, at, nodes) => (at === nodes.length - 1 ? { ...node, ...change } : node)),
    });
const hosts = (...names: string[]) =>
    names.map((name) => ({ name, docker: `tcp://${name}:1`, address: `192.0.2.${name.charCodeAt(0) - 96}` }));
/** Over several hosts, a server each as far as there are hosts. */
const over =
    (...names: string[]) =>
    (args: DeploymentArguments): DeploymentArguments => ({
        ...args,
        hosts: hosts(...names),
        nodes: args.nodes?.map((node, at) => ({ ...node, host: names[at % names.length] })),
        sentinels: args.sentinels?.map((node, at) => ({ ...node, host: names[at % names.length] })),
    });
/** A cluster by its shape. */
const shape =
    (change: DeploymentArguments["cluster"], ...names: string[]) =>
    (args: DeploymentArguments): DeploymentArguments => ({
        ...args,
        nodes: undefined,
        cluster: { shards: 3, ...change },
        ...(names.length > 0 ? { hosts: hosts(...names) } : {}),
    });
const other = (args: DeploymentArguments) =>
    args.nodes?.map((node) => ({
        ...node,
        name: `new-${node.name}`,
        port: node.port + 200,
        replicaOf: node.replicaOf && `new-${node.replicaOf}`,
    }));
/** Every replica follows the first node. */
const star = (args: DeploymentArguments): DeploymentArguments => ({ ...args, nodes: tree(args) });
const tree = (args: DeploymentArguments): NodeArguments[] | undefined =>
    args.nodes?.map((node, at) => ({ ...node, replicaOf: at === 0 ? undefined : "a" }));

/** Every key of a stack file, and what a change of it does. */
export const rows: Row[] = [
    {
        key: "topology",
        what: "replication to sentinel",
        from: star,
        to: (args) => ({
            ...args,
            topology: "sentinel",
            sentinels: [1, 2, 3].map((n) => ({ name: `s${n}`, port: 7100 + n })),
        }),
        outcome: { replication: both },
    },
    {
        key: "topology",
        what: "sentinel to replication",
        to: set({ topology: "replication", sentinels: undefined }),
        outcome: { sentinel: both },
    },
    {
        key: "topology",
        what: "a tree to a cluster, on servers of the same names",
        from: star,
        to: set({ topology: "cluster", sentinels: undefined }),
        outcome: { replication: "refused", sentinel: "refused" },
    },
    {
        key: "topology",
        what: "a tree to a cluster, on servers of other names, with keys that go nowhere",
        from: star,
        to: (args) => ({ ...args, topology: "cluster", sentinels: undefined, nodes: other(args) }),
        outcome: { replication: "refused", sentinel: "refused" },
    },
    {
        key: "topology",
        what: "the same with `data: keep`",
        from: (args) => ({ ...star(args), data: "keep" }),
        to: (args) => ({ ...args, topology: "cluster", sentinels: undefined, nodes: other(args) }),
        outcome: { replication: "moving", sentinel: "moving" },
    },
    {
        key: "topology",
        what: "a cluster to a tree, on servers of the same names",
        to: (args) => ({ ...args, topology: "replication", nodes: tree(args) }),
        outcome: { cluster: "refused" },
    },
    { key: "image", to: set({ image: "redis:8.0.3" }), outcome: all("rolling") },
    {
        key: "hosts",
        what: "one more, with nothing on it",
        from: over("a", "b"),
        to: (args) => ({ ...args, hosts: hosts("a", "b", "c") }),
        outcome: all("remembered"),
    },
    {
        key: "hosts",
        what: "one more, of a cluster by its shape",
        from: shape({}, "a", "b", "c"),
        to: shape({}, "a", "b", "c", "d"),
        outcome: { cluster: "moving" },
    },
    {
        key: "hosts[].name",
        what: "with what runs there",
        from: over("a", "b"),
        to: (args) => ({ ...over("a", "c")(args), hosts: [...hosts("a"), { ...hosts("b")[0], name: "c" } as never] }),
        outcome: all("refused"),
    },
    {
        key: "hosts[].address",
        from: over("a", "b"),
        to: (args) => ({
            ...args,
            hosts: args.hosts?.map((host) => (host.name === "b" ? { ...host, address: "192.0.2.99" } : host)),
        }),
        outcome: all("rolling"),
    },
    {
        key: "hosts[].state",
        what: "down, with replicas only",
        from: over("a", "b"),
        to: (args) => ({
            ...args,
            hosts: args.hosts?.map((host) => (host.name === "b" ? { ...host, state: "down" as const } : host)),
        }),
        outcome: all("live"),
    },
    {
        key: "hosts[].state",
        what: "draining, with replicas only",
        from: over("a", "b"),
        to: (args) => ({
            ...args,
            hosts: args.hosts?.map((host) => (host.name === "b" ? { ...host, state: "draining" as const } : host)),
        }),
        outcome: { replication: "live", sentinel: "remembered", cluster: "remembered" },
    },
    {
        key: "network",
        what: "bridge to host",
        to: set({ network: "host" }),
        outcome: { replication: "rolling", sentinel: "refused", cluster: "refused" },
    },
    {
        key: "network",
        what: "host to bridge",
        from: set({ network: "host" }),
        to: set({ network: "bridge" }),
        outcome: { replication: "rolling", sentinel: "refused", cluster: "refused" },
    },
    { key: "subnet", to: set({ subnet: "172.30.0.0/20" }), outcome: all("refused") },
    {
        key: "nodes",
        what: "a line more",
        to: (args) => ({ ...args, nodes: [...(args.nodes ?? []), { name: "z", port: 7099, replicaOf: "a" }] }),
        outcome: all("moving"),
    },
    {
        key: "nodes",
        what: "a replica's line less",
        to: (args) => ({ ...args, nodes: args.nodes?.slice(0, -1) }),
        outcome: all("moving"),
    },
    { key: "nodes[].name", what: "with `formerly`", to: last({ name: "z", formerly: ["f"] }), outcome: all("rolling") },
    {
        key: "nodes[].name",
        what: "without `formerly`, on the same port",
        to: last({ name: "z" }),
        outcome: all("refused"),
    },
    {
        key: "nodes[].name",
        what: "without `formerly`, on another port",
        to: last({ name: "z", port: 7099 }),
        outcome: all("moving"),
    },
    {
        key: "nodes[].formerly",
        what: "taken away after a rename",
        from: last({ name: "z", formerly: ["f"] }),
        to: last({ formerly: undefined }),
        outcome: all("refused"),
    },
    { key: "nodes[].port", to: last({ port: 7099 }), outcome: all("rolling") },
    {
        key: "nodes[].port",
        what: "one that another server has until it leaves",
        to: (args) => ({
            ...args,
            nodes: args.nodes
                ?.filter(({ name }) => name !== "e")
                .map((node) => (node.name === "f" ? { ...node, port: 7005 } : node)),
        }),
        outcome: all("refused"),
    },
    { key: "nodes[].host", from: over("a", "b"), to: last({ host: "a" }), outcome: all("moving") },
    {
        key: "nodes[].replicaOf",
        what: "another parent in a chain",
        to: last({ replicaOf: "d" }),
        outcome: { replication: "live" },
    },
    {
        key: "nodes[].replicaOf",
        what: "another node becomes the master",
        from: star,
        to: (args) => ({
            ...args,
            nodes: args.nodes?.map(({ replicaOf: _, ...node }) =>
                node.name === "b" ? node : { ...node, replicaOf: "b" },
            ),
        }),
        outcome: { replication: "live", sentinel: "live" },
    },
    {
        key: "nodes[].replicaOf",
        what: "another copy is the declared master of a shard",
        to: (args) => ({
            ...args,
            nodes: args.nodes?.map(({ replicaOf, ...node }) =>
                node.name === "a" ? { ...node, replicaOf: "d" } : node.name === "d" ? node : { ...node, replicaOf },
            ),
        }),
        outcome: { cluster: "remembered" },
    },
    { key: "nodes[].persistence", to: last({ persistence: "rdb" }), outcome: all("live") },
    { key: "nodes[].settings", to: last({ settings: { "slowlog-max-len": 7 } }), outcome: all("live") },
    {
        key: "settings",
        what: "that a running server can be told",
        to: set({ settings: { maxmemory: "200mb" } }),
        outcome: all("live"),
    },
    {
        key: "settings",
        what: "that a server reads at its start",
        to: set({ settings: { "tcp-backlog": 100 } }),
        outcome: all("rolling"),
    },
    {
        key: "sentinels",
        what: "a line more",
        to: (args) => ({ ...args, sentinels: [...(args.sentinels ?? []), { name: "s4", port: 7104 }] }),
        outcome: { sentinel: "moving" },
    },
    {
        key: "sentinels[].name",
        what: "with `formerly`",
        to: (args) => ({
            ...args,
            sentinels: args.sentinels?.map((one) =>
                one.name === "s3" ? { ...one, name: "s9", formerly: ["s3"] } : one,
            ),
        }),
        outcome: { sentinel: "rolling" },
    },
    {
        key: "sentinels[].formerly",
        what: "taken away after a rename",
        from: (args) => ({
            ...args,
            sentinels: args.sentinels?.map((one) =>
                one.name === "s3" ? { ...one, name: "s9", formerly: ["s3"] } : one,
            ),
        }),
        to: (args) => ({ ...args, sentinels: args.sentinels?.map(({ formerly: _, ...one }) => one) }),
        outcome: { sentinel: "refused" },
    },
    {
        key: "sentinels[].port",
        to: (args) => ({
            ...args,
            sentinels: args.sentinels?.map((one) => (one.name === "s3" ? { ...one, port: 7109 } : one)),
        }),
        outcome: { sentinel: "rolling" },
    },
    {
        key: "sentinels[].host",
        from: over("a", "b"),
        to: (args) => ({
            ...args,
            sentinels: args.sentinels?.map((one) => (one.name === "s3" ? { ...one, host: "b" } : one)),
        }),
        outcome: { sentinel: "moving" },
    },
    {
        key: "sentinel",
        what: "any of its keys",
        to: set({ sentinel: { quorum: 3, downAfterMilliseconds: 9000 } }),
        outcome: { sentinel: "live" },
    },
    { key: "cluster.shards", from: shape({}), to: shape({ shards: 4 }), outcome: { cluster: "moving" } },
    {
        key: "cluster.replicasPerShard",
        from: shape({}),
        to: shape({ replicasPerShard: 2 }),
        outcome: { cluster: "moving" },
    },
    { key: "cluster.firstPort", from: shape({}), to: shape({ firstPort: 7371 }), outcome: { cluster: "rolling" } },
    {
        key: "cluster.placement",
        from: shape({}, "a", "b", "c"),
        to: shape({ placement: { "shard1-1": "b", "shard1-2": "c" } }, "a", "b", "c"),
        outcome: { cluster: "moving" },
    },
    {
        key: "cluster.restoreMasters",
        from: shape({}),
        to: shape({ restoreMasters: true }),
        outcome: { cluster: "remembered" },
    },
    {
        key: "users",
        what: "one more, or what one may do",
        to: set({ users: [{ name: "default" }, { name: "app", keys: ["app:*"] }] }),
        passwords: { app: "password-of-app" },
        outcome: all("live"),
    },
    { key: "passwords", to: set({}), passwords: { default: "another-password" }, outcome: all("live") },
    { key: "timezone", to: set({ timezone: "Asia/Shanghai" }), outcome: all("rolling") },
    { key: "data", to: set({ data: "keep" }), outcome: all("remembered") },
    { key: "deleteData", to: set({ deleteData: ["a:1f0c9a2b3d4e"] }), outcome: all("remembered") },
    { key: "synchronisations", to: set({ synchronisations: 2 }), outcome: all("remembered") },
    { key: "allowOutage", to: set({ allowOutage: false }), outcome: all("remembered") },
];

/** Keys whose changes are tried elsewhere, with the test and what it shows. */
export const elsewhere: Record<string, { test: string; words: string }> = {
    "hosts[].docker": {
        test: "test/unit/scripts/hosts.spec.ts",
        words: "another machine in the line of a host that was declared down: what the lost one held is made anew. Else refused",
    },
    memory: {
        test: "test/soak/sequences.spec.ts",
        words: "live: Docker changes the limit of containers as they run",
    },
    preflight: { test: "test/e2e/refusals.spec.ts", words: "`false` is refused in an update" },
};
