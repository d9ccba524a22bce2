import type { ClientTimeouts } from "./clientTimeouts";
import type { Endpoint } from "./model";

/**
 * How redis-py connects: the text of a Python module with one function `connect`, which takes the passwords. What redis-py
 * needs are objects and classes, which no list of options holds.
 */
export type RedisPy = string;

/** Pause between two tries of a command, in seconds. */
export const pause = 0.1;
/** How long a command is tried at least, in milliseconds: handovers, and starts after a crash, take less. */
const patience = 15_000;

/** To a single master. While another server stands in for it, it answers READONLY, or not at all. */
export function masterModule({ host, port }: Endpoint, username: string): RedisPy {
    return `import redis
from redis.backoff import ConstantBackoff
from redis.exceptions import ConnectionError, ReadOnlyError, TimeoutError
from redis.retry import Retry


def connect(password):
    return redis.Redis(${lines(8, [
        `host=${literal(host)}`,
        `port=${port}`,
        `username=${literal(username)}`,
        "password=password",
        `retry=Retry(ConstantBackoff(${pause}), ${tries(0)}, (ConnectionError, ReadOnlyError, TimeoutError))`,
    ])}
    )
`;
}

/** How often a command is tried, where a failover begins after so many milliseconds without an answer. */
export function tries(silence: number): number {
    return Math.ceil((2 * silence + patience) / (1000 * pause));
}

/** Keyword arguments, in seconds. */
export function timeouts({ connectTimeout, socketTimeout }: ClientTimeouts): string[] {
    const entries = Object.entries({ socket_connect_timeout: connectTimeout, socket_timeout: socketTimeout });
    return entries.flatMap(([name, value]) => (value === undefined ? [] : [`${name}=${value / 1000}`]));
}

/** Parts of a call or list, each on a line of its own. */
export function lines(indent: number, parts: string[]): string {
    return parts.map((part) => `\n${" ".repeat(indent)}${part},`).join("");
}

export function pair({ host, port }: Endpoint): string {
    return `(${literal(host)}, ${port})`;
}

/** What JSON quotes Python reads as the same text. */
export function literal(value: string): string {
    return JSON.stringify(value);
}
