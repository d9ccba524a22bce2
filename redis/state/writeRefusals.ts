import type { Observation } from "./observation";

/**
 * Why a master takes no writes although it runs and has its role, with the code that it answers them with. What is counted
 * here is what Redis counts before it runs a write, so nothing has to be written to find out.
 *
 * @param info the fields of INFO
 * @param settings live values
 * @returns undefined when nothing keeps it from taking writes.
 */
export function writeRefusal(info: ReadonlyMap<string, string>, settings: Record<string, string>): string | undefined {
    const number = (field: string) => Number(info.get(field) ?? 0);
    const wanted = Number(settings["min-replicas-to-write"] ?? 0);
    const good = number("min_slaves_good_slaves");
    if (info.has("min_slaves_good_slaves") && good < wanted) {
        return `NOREPLICAS: ${good} replicas are in touch with it, and min-replicas-to-write is ${wanted}`;
    }
    const saves = (settings.save ?? "") !== "" && settings["stop-writes-on-bgsave-error"] !== "no";
    if (saves && info.get("rdb_last_bgsave_status") === "err") {
        return "MISCONF: its last snapshot could not be written; its log says why (a full disk, memory)";
    }
    if (settings.appendonly === "yes" && info.get("aof_last_write_status") === "err") {
        return "MISCONF: its append-only file cannot be written; its log says why (a full disk)";
    }
    const limit = number("maxmemory");
    const used = number("used_memory") - number("mem_not_counted_for_evict");
    const policy = info.get("maxmemory_policy") ?? "";
    if (limit > 0 && used > limit && !canEvict(policy, info)) {
        return `OOM: it holds ${mebibytes(used)} of maxmemory ${mebibytes(limit)}, and ${policy} evicts nothing`;
    }
    return undefined;
}

/** What every sentence about a master that takes no writes says. */
export const refusesWrites = "refuses writes";

/** Each master that takes no writes, in a sentence. */
export function writeRefusals(observation: Observation): string[] {
    return observation.flatMap(({ node, declared, redis }) =>
        declared && redis?.role === "master" && redis.refuses ? [`${node} ${refusesWrites}: ${redis.refuses}`] : [],
    );
}

/** Whether the policy finds keys to evict: volatile ones take keys that expire, and no others. */
function canEvict(policy: string, info: ReadonlyMap<string, string>): boolean {
    if (policy === "noeviction") return false;
    const field = policy.startsWith("volatile-") ? /expires=[1-9]/ : /keys=[1-9]/;
    return [...info].some(([name, value]) => /^db\d+$/.test(name) && field.test(value));
}

function mebibytes(bytes: number): string {
    return `${(bytes / 1024 / 1024).toFixed(1)} MiB`;
}
