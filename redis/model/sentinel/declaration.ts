import type { SentinelSettings } from "../../declaration/arguments";

/** What Sentinels are told of the master that they watch, by the names that SENTINEL SET takes; times in milliseconds. */
export interface Watch {
    /** The master's name among Sentinels and their clients. */
    name: string;
    quorum: number;
    "down-after-milliseconds": number;
    "failover-timeout": number;
    "parallel-syncs": number;
}

/**
 * The watch that a declaration asks for. `quorum` is a majority; `down-after-milliseconds 5000` bounds the loss of a
 * master to about 7 s without a write; `failover-timeout 60000` is how long a failed attempt keeps the next one waiting.
 */
export function watchOf(sentinel: SentinelSettings = {}, sentinels: number): Watch {
    return {
        name: sentinel.name ?? "main",
        quorum: sentinel.quorum ?? Math.floor(sentinels / 2) + 1,
        "down-after-milliseconds": sentinel.downAfterMilliseconds ?? 5_000,
        "failover-timeout": sentinel.failoverTimeout ?? 60_000,
        "parallel-syncs": sentinel.parallelSyncs ?? 1,
    };
}
