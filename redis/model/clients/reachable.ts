import type { Endpoint } from "../model";

/** How clients in several languages connect, each as text to paste; the passwords are variables there. */
export interface Clients {
    /** JavaScript, package `redis`. */
    nodeRedis: string;
    /** Go, module `github.com/redis/go-redis/v9`. */
    goRedis: string;
    /** Java, `redis.clients:jedis`. */
    jedis: string;
    /** Java, `io.lettuce:lettuce-core`. */
    lettuce: string;
}

/** Where this machine reaches what calls itself something else. */
export interface Translation {
    announced: Endpoint;
    reached: Endpoint;
}

export interface OneMaster {
    master: Endpoint;
    username: string;
}

export interface WatchedMaster {
    sentinels: Endpoint[];
    /** Name of what they watch. */
    name: string;
    username: string;
    sentinelUsername: string;
    translations: Translation[];
}

export interface ManyMasters {
    nodes: Endpoint[];
    username: string;
    translations: Translation[];
}

/** One client library. */
export interface Library {
    toMaster(target: OneMaster): string;
    throughSentinels(target: WatchedMaster): string;
    toCluster(target: ManyMasters): string;
}

/** A text in quotes, as JavaScript, Go and Java read it alike. */
export const quoted = (text: string): string => JSON.stringify(text);
