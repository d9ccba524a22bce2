import { at } from "../model/endpoint";
import { type Model, masterOf, type NodeModel } from "../model/model";
import type { EffectiveTree } from "../plan/effectiveTree";
import { serverAt } from "../plan/replication/live";
import { silence } from "../plan/servers";
import { treeNow } from "../plan/treeNow";
import type { Observation, ServerObservation } from "../state/observation";
import { downFlags } from "../state/sentinel";
import { clusterRows } from "./clusterStatus";

const head = ["NODE", "HOST", "ADDRESS", "ROLE", "LINK", "LAG", "MEMORY", "KEYS"];

/** The declared tree, or cluster, as a table, with what was seen of each server: one line a server, replicas below their master. */
export function statusTable(model: Model, observation: Observation): string[] {
    if (model.topology === "cluster") return table(clusterRows(model, observation));
    const tree = treeNow(model, observation);
    const rows = [head, ...branch(tree, observation, masterOf(tree), "", "")];
    for (const server of observation.filter(({ declared, kind }) => declared && kind === "sentinel")) {
        rows.push([server.node, server.host, at(server.reach), "sentinel", ...sentinelCells(server, observation)]);
    }
    for (const server of observation.filter(({ declared }) => !declared)) {
        rows.push([`${server.node} (leaves)`, server.host, at(server.reach), ...seen(server, observation)]);
    }
    return table(rows);
}

/**
 * What follows from what was seen, and the exit code. A master that takes no writes is 1 also where that is declared, as with
 * `maxmemory` and `noeviction`: whoever asks a deployment for its health learns that nobody can write.
 */
export function verdict(differences: string[], refusals: string[]): { lines: string[]; code: number } {
    if (differences.length + refusals.length === 0) return { lines: ["", "As declared."], code: 0 };
    const section = (title: string, sentences: string[]) =>
        sentences.length > 0 ? ["", title, ...sentences.map((sentence) => `  ${sentence}`)] : [];
    const unusable = differences.length > 0 ? "Not usable:" : "As declared, but not usable:";
    return {
        lines: [
            ...section("Differs from the declaration, which the next `npm run up` mends:", differences),
            ...section(unusable, refusals),
        ],
        code: 1,
    };
}

/** What a Sentinel is good for: its quorum, or why it has none, and whether it takes the master for down. */
function sentinelCells(server: ServerObservation, observation: Observation): string[] {
    const { sentinel } = server;
    if (!sentinel) return [silence(server)];
    if (!sentinel.watch) return ["watches nothing"];
    const { quorumCheck, master } = sentinel.watch;
    const quorum = quorumCheck.startsWith("OK") ? "quorum" : quorumCheck;
    const name = serverAt(observation, master)?.node ?? at(master);
    return [downFlags(sentinel.watch).length > 0 ? `${quorum}, takes ${name} for down` : quorum];
}

function table(rows: string[][]): string[] {
    const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
    return rows.map((row) =>
        row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join("  ")
            .trimEnd(),
    );
}

function branch(
    tree: EffectiveTree,
    observation: Observation,
    node: NodeModel,
    twig: string,
    indent: string,
): string[][] {
    const server = observation.find((candidate) => candidate.declared && candidate.node === node.name);
    const row = [`${twig}${node.name}`, node.host, at(node.reach), ...(server ? seen(server, observation) : [])];
    const replicas = tree.nodes.filter(({ replicaOf }) => replicaOf === node.name);
    const below = replicas.flatMap((replica, index) => {
        const last = index === replicas.length - 1;
        return branch(
            tree,
            observation,
            replica,
            `${indent}${last ? "└─ " : "├─ "}`,
            `${indent}${last ? "   " : "│  "}`,
        );
    });
    return [row, ...below];
}

function seen(server: ServerObservation, observation: Observation): string[] {
    const { redis } = server;
    if (!redis) return [silence(server)];
    const furthest = Math.max(...observation.map((server) => server.redis?.offset ?? 0));
    const online = redis.replicas.filter(({ state }) => state === "online").length;
    const replica = redis.role === "replica";
    return [
        redis.role,
        replica ? (redis.linkUp ? "up" : "down") : `${online} online`,
        replica ? `${Math.max(0, furthest - redis.offset)} B` : "",
        `${(redis.memory / 1024 / 1024).toFixed(1)} MiB`,
        String(redis.keys),
    ];
}
