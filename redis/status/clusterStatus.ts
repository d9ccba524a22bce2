import { rangesOf, showRanges, slotCount } from "../model/cluster/slots";
import { at } from "../model/endpoint";
import type { Model } from "../model/model";
import { disputes } from "../plan/cluster/slotDisputes";
import { silence } from "../plan/servers";
import { describeWaiting } from "../plan/waiting";
import { type ClusterState, isMaster, knows, type Member, type Shard } from "../state/cluster/clusterState";
import { clusterStateOf } from "../state/cluster/clusterStateOf";
import { uncovered } from "../state/cluster/view";
import type { Observation, ServerObservation } from "../state/observation";

const head = ["SHARD", "NODE", "HOST", "ADDRESS", "ROLE", "SLOTS", "LINK", "LAG", "MEMORY", "KEYS"];

/** A cluster as rows of a table, one line a server: each shard's master, and its replicas below it. */
export function clusterRows(model: Model, observation: Observation): string[][] {
    const clusterState = clusterStateOf(model, observation);
    const rows = clusterState.shards.flatMap((shard) => {
        const servers: ServerObservation[] = [...shard.members, ...shard.silent];
        const order = (server: ServerObservation) => (server === shard.master ? 0 : 1);
        return servers
            .sort((a, b) => order(a) - order(b) || a.node.localeCompare(b.node))
            .map((server) => row(`${shard.index + 1}`, server.node, server, clusterState, shard));
    });
    const leaving = observation.filter(({ declared }) => !declared);
    return [head, ...rows, ...leaving.map((server) => row("", `${server.node} (leaves)`, server, clusterState))];
}

function row(shard: string, name: string, server: ServerObservation, { owners }: ClusterState, of?: Shard): string[] {
    const { redis, host, reach } = server;
    const place = [shard, name, host, at(reach)];
    if (!redis?.cluster) {
        return [...place, silence(server)];
    }
    const replica = redis.role === "replica";
    const ahead = of?.master?.redis.offset ?? redis.offset;
    return [
        ...place,
        redis.role,
        showRanges(owners.slotsOf(redis.cluster.id)),
        replica
            ? redis.linkUp
                ? "up"
                : "down"
            : `${redis.replicas.filter(({ state }) => state === "online").length} online`,
        replica ? `${Math.max(0, ahead - redis.offset)} B` : "",
        `${(redis.memory / 1024 / 1024).toFixed(1)} MiB`,
        String(redis.keys),
    ];
}

/** What threatens a cluster although it may be as declared, each in a sentence. */
export function clusterWarnings(model: Model, observation: Observation): string[] {
    const clusterState = clusterStateOf(model, observation);
    if (clusterState.members.length === 0) return [];
    return [
        ...placement(model, clusterState),
        ...slots(clusterState),
        ...disputes(clusterState).map(describeWaiting),
        ...disagreements(clusterState),
    ];
}

function placement({ hosts, nodes }: Model, { shards, members }: ClusterState): string[] {
    if (hosts.length < 2) return [];
    const beside = shards.flatMap(({ master, members: inShard }) =>
        inShard
            .filter((member) => member !== master && master && member.host === master.host)
            .map(({ node, host }) => `${node}: is on ${host}, the host of its master ${master?.node}`),
    );
    const count = nodes.filter(({ replicaOf }) => !replicaOf).length;
    const majorities = hosts.flatMap(({ name }) => {
        const masters = members.filter((member) => isMaster(member) && member.host === name).length;
        return masters * 2 > count ? [`${name}: has ${masters} of ${count} masters: its loss stops the cluster`] : [];
    });
    return [...beside, ...majorities];
}

function slots({ members }: ClusterState): string[] {
    const views = members.map(({ redis }) => redis.cluster);
    const missing = uncovered(views);
    const open = rangesOf(
        new Set(views.flatMap(({ migrating, importing }) => [...migrating, ...importing].map(({ slot }) => slot))),
    );
    return [
        ...(missing.length > 0 ? [`slots of nobody: ${showRanges(missing)} of 0-${slotCount - 1}`] : []),
        ...(open.length > 0 ? [`slots on their way: ${showRanges(open)}`] : []),
    ];
}

/** Nodes that others believe to be down, or do not know. */
function disagreements({ members }: ClusterState): string[] {
    const parts = members.filter(({ declared }) => declared);
    return parts.flatMap((member) => {
        const doubting = parts.filter((other) => other !== member && doubts(other, member));
        if (doubting.length === 0) return [];
        return [`${member.node}: answers, but is down or unknown to ${doubting.map(({ node }) => node).join(", ")}`];
    });
}

function doubts(member: Member, other: Member): boolean {
    const known = knows(member, other);
    return !known || known.flags.some((flag) => flag.startsWith("fail") || flag === "noaddr");
}
