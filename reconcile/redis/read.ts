import type { Redis } from "ioredis";
import { parseGetUser } from "../../redis/acl/rules";
import { productOf } from "../../redis/image/product";
import { logRewrite } from "../../redis/plan/persistence";
import { parseView } from "../../redis/state/cluster/view";
import type { RedisObservation } from "../../redis/state/observation";
import { writeRefusal } from "../../redis/state/writeRefusals";
import { fieldOf, parseInfo } from "./info";
import { pipelined } from "./pipeline";
import { withAges } from "./users";

/** Reads everything that convergence compares, in two round trips; in three while a user has more than one password. */
export async function readRedis(client: Redis, settings: string[], inCluster = false): Promise<RedisObservation> {
    const [infoText, config, names, ...cluster] = await pipelined(client, [
        ["info"],
        ["config", "get", ...settings],
        ["acl", "users"],
        ...(inCluster
            ? [
                  ["cluster", "nodes"],
                  ["cluster", "info"],
              ]
            : []),
    ]);
    const users = await pipelined(
        client,
        (names as string[]).map((name) => ["acl", "getuser", name]),
    );
    const info = parseInfo(infoText as string);
    const number = (field: string) => Number(info.get(field) ?? 0);
    const isSaving = ["rdb_bgsave_in_progress", "aof_rewrite_in_progress"].some((field) => info.get(field) === "1");
    const live = pairs(config as string[]);
    const refuses = writeRefusal(info, live);
    const known = (names as string[]).flatMap((name, index) => parseGetUser(users[index], name) ?? []);
    return {
        product: productOf(info),
        role: info.get("role") === "master" ? "master" : "replica",
        following: info.has("master_host")
            ? { host: fieldOf(info, "master_host"), port: number("master_port") }
            : undefined,
        linkUp: info.get("master_link_status") === "up",
        syncBytesLeft: Math.max(0, number("master_sync_left_bytes")),
        // Of a synchronisation without disk no size is known, only what has come.
        ...(info.get("master_sync_in_progress") === "1" ? { syncBytesRead: number("master_sync_read_bytes") } : {}),
        ...(isSaving ? { savedKeys: number("current_save_keys_processed") } : {}),
        logRewrite: logRewrite(info),
        loadedBytes: info.get("loading") === "1" ? number("loading_loaded_bytes") : undefined,
        linkDownSeconds: Math.max(0, number("master_link_down_since_seconds")),
        linkQuietSeconds: Math.max(0, number("master_last_io_seconds_ago")),
        // Down since never, and nothing received either: one that was a master before has a backlog.
        ...(number("master_link_down_since_seconds") < 0 && number("repl_backlog_histlen") === 0
            ? { fromDisk: true as const }
            : {}),
        offset: Math.max(number("slave_repl_offset"), number("master_repl_offset")),
        history: {
            id: fieldOf(info, "master_replid"),
            ...(number("second_repl_offset") > 0
                ? { earlier: { id: fieldOf(info, "master_replid2"), until: number("second_repl_offset") } }
                : {}),
            ...(info.get("repl_backlog_active") === "1"
                ? { backlogFrom: number("repl_backlog_first_byte_offset") }
                : {}),
        },
        keys: keysIn(info),
        memory: number("used_memory"),
        ...(refuses ? { refuses } : {}),
        replicas: replicasIn(info),
        failover: (info.get("master_failover_state") ?? "no-failover") as RedisObservation["failover"],
        ...(cluster.length > 0 ? { cluster: parseView(cluster[0] as string, cluster[1] as string) } : {}),
        ...(info.get("cluster_enabled") === "1" ? { clusterEnabled: true } : {}),
        settings: live,
        ...(await withAges(client, known, info)),
    };
}

/** The parts of a value such as `keys=3,expires=0`. */
function parts(value: string): Map<string, string> {
    return new Map(value.split(",").map((part) => part.split("=", 2) as [string, string]));
}

function keysIn(info: Map<string, string>): number {
    return [...info]
        .filter(([field]) => /^db\d+$/.test(field))
        .reduce((sum, [, value]) => sum + Number(parts(value).get("keys") ?? 0), 0);
}

function replicasIn(info: Map<string, string>): RedisObservation["replicas"] {
    return [...info]
        .filter(([field]) => /^slave\d+$/.test(field))
        .map(([, value]) => {
            const of = parts(value);
            return {
                announce: { host: of.get("ip") ?? "", port: Number(of.get("port")) },
                state: of.get("state") ?? "unknown",
                lag: Number(of.get("lag") ?? 0),
            };
        });
}

/** Names and values, which CONFIG GET answers in turn. */
export function pairs(list: string[]): Record<string, string> {
    const found: Record<string, string> = {};
    for (let at = 0; at + 1 < list.length; at += 2) found[list[at] ?? ""] = list[at + 1] ?? "";
    return found;
}
