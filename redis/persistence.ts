import type { NodeModel } from "./model";
import type { ServerObservation } from "./observation";
import { type SettingValue, sameValue, toConfigSet } from "./settings";

/** The settings by which a server keeps its data. They are changed together and in an order, by a step of their own. */
export const persistenceSettings = ["appendonly", "save"] as const;

/** Has one live server keep its data in another way, without a moment in which neither way holds everything. */
export interface PersistenceStep {
    kind: "persistence";
    node: string;
    sentence: string;
}

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

/** The step for a server that keeps its data otherwise than declared. Redis changes nothing of it while it loads. */
export function planPersistence(node: NodeModel, { redis }: ServerObservation): PersistenceStep[] {
    if (!redis || redis.loadedBytes !== undefined) return [];
    const declared = declaredKeeping(node);
    const live = redis.settings;
    const changes = persistenceSettings.filter((name) => live[name] !== undefined && differs(name, declared, live));
    if (changes.length === 0) return [];
    const show = (value = "") => value || "(empty)";
    const sentences = changes.map((name) => `${name} ${show(live[name])} -> ${show(declared[name])}`);
    const needed = firstNeeded(declared, { appendonly: live.appendonly ?? "", save: live.save ?? "" });
    const isThere = needed === "log" && live.appendonly === "yes";
    const once = needed && !isThere ? `, once a ${needed} holds everything` : "";
    return [{ kind: "persistence", node: node.name, sentence: `set ${sentences.join(", ")}${once}` }];
}

const differs = (name: keyof Keeping, declared: Keeping, live: Record<string, SettingValue>): boolean =>
    !sameValue(name, declared[name], String(live[name]));
