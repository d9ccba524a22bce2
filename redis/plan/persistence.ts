import type { Model, NodeModel } from "../model/model";
import { type SettingValue, sameValue, toConfigSet } from "../settings/settings";
import type { Observation, ServerObservation } from "../state/observation";
import type { PersistenceStep } from "./serverStep";
import type { Plan, Step } from "./step";
import type { Waiting } from "./waiting";

/** The settings by which a server keeps its data. They are changed together and in an order, by a step of their own. */
export const persistenceSettings = ["appendonly", "save"] as const;

/** How data is kept, as CONFIG SET takes it. */
export interface Keeping {
    /** `yes` or `no`. */
    appendonly: string;
    /** Pairs of seconds and changes; empty for no snapshots. */
    save: string;
}

export function declaredKeeping({ settings: { appendonly = "", save = "" } }: Pick<NodeModel, "settings">): Keeping {
    return { appendonly: toConfigSet("appendonly", appendonly), save: toConfigSet("save", save) };
}

/** What has to hold everything before the declared way is the only one; nothing where the present one goes on. */
export function firstNeeded(declared: Keeping, live: Keeping): "log" | "snapshot" | undefined {
    // Also a log that is on already may have been turned on a moment ago.
    if (declared.appendonly === "yes") return "log";
    if (declared.save === "") return undefined;
    return live.appendonly === "yes" || live.save === "" ? "snapshot" : undefined;
}

/**
 * What shows in the fields of INFO that a server's log does not hold everything yet; undefined when it does. A replica begins
 * a new one after each full synchronisation: until that is complete, its next start loads the old one. Redis begins
 * again until it succeeds.
 */
export function logRewrite(info: ReadonlyMap<string, string>): string | undefined {
    const running = ["aof_rewrite_in_progress", "aof_rewrite_scheduled"].find((field) => info.get(field) === "1");
    if (!running) return undefined;
    const failed = info.get("aof_last_bgrewrite_status") === "err" ? ", aof_last_bgrewrite_status:err" : "";
    return `${running}:1${failed}`;
}

/**
 * Has nobody be made the master whose declared log does not hold everything yet: killed then, it would come back as a
 * master with the data of an earlier time. Such steps wait.
 */
export function onceLogged({ nodes }: Model, observation: Observation, steps: readonly Step[]): Plan {
    const waiting: Waiting[] = [];
    const ready = steps.filter((step) => {
        const promoted = promotedBy(step);
        const log = observation.find(({ node }) => node === promoted)?.redis?.logRewrite;
        const node = nodes.find(({ name }) => name === promoted);
        if (!log || !node || declaredKeeping(node).appendonly !== "yes") return true;
        const hint = log.includes("err") ? " (is there room on its disk?)" : "";
        const expected = "its log to hold everything before it becomes the master";
        waiting.push({ node: node.name, expected, seen: log + hint });
        return false;
    });
    return { steps: ready, waiting };
}

/** The server that a step makes the master. */
function promotedBy(step: Step): string | undefined {
    switch (step.kind) {
        case "promote":
        case "takeOver":
            return step.node;
        case "failover":
        case "sentinelFailover":
            return step.to;
        default:
            return undefined;
    }
}

/**
 * The step for a server that keeps its data otherwise than declared. Redis changes nothing of it while it loads; and what a
 * replica loaded is judged by how it was kept, until it is connected.
 */
export function planPersistence(node: NodeModel, { redis }: ServerObservation): PersistenceStep[] {
    if (!redis || redis.loadedBytes !== undefined || (redis.fromDisk && redis.keys > 0)) return [];
    const live = redis.settings;
    const changes = persistenceSettings.filter((name) => differs(node.settings[name] ?? "", name, live[name]));
    if (changes.length === 0) return [];
    const declared = declaredKeeping(node);
    const show = (value = "") => value || "(empty)";
    const sentences = changes.map((name) => `${name} ${show(live[name])} -> ${show(declared[name])}`);
    const needed = firstNeeded(declared, { appendonly: live.appendonly ?? "", save: live.save ?? "" });
    const isThere = needed === "log" && live.appendonly === "yes";
    const once = needed && !isThere ? `, once a ${needed} holds everything` : "";
    return [{ kind: "persistence", node: node.name, sentence: `set ${sentences.join(", ")}${once}` }];
}

const differs = (declared: SettingValue, name: string, live: string | undefined): boolean =>
    live !== undefined && !sameValue(name, declared, live);
