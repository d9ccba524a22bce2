import type { ClientTimeouts } from "../clientTimeouts";
import type { Endpoint } from "../model";
import { lines, literal, pair, pause, type RedisPy, timeouts, tries } from "../redisPy";

/** What a client has to know. */
export interface Watched {
    sentinels: Endpoint[];
    /** Name of what they watch. */
    name: string;
    username: string;
    sentinelUsername: string;
    /** Where all servers are reached, if that is not what they call themselves. */
    host?: string;
    /** After how many milliseconds without an answer Sentinels give a server up. */
    silence: number;
    timeouts: ClientTimeouts;
}

/**
 * Through Sentinels.
 * - A connection that is to be made again asks Sentinel for the master: by itself redis-py sends a command again to the
 *   server where it failed (redis/redis-py issue 3874).
 * - Without `retry` redis-py gives up at once what a handover cuts off. A Sentinel that does not answer is not tried for
 *   long: the others know the same.
 */
export function sentinelModule(watched: Watched): RedisPy {
    const { sentinels, host, name, username, sentinelUsername, silence } = watched;
    const limits = timeouts(watched.timeouts);
    return `from redis.backoff import ConstantBackoff, NoBackoff
from redis.retry import Retry
from redis.sentinel import Sentinel, SentinelManagedConnection


class MasterConnection(SentinelManagedConnection):
    def connect_check_health(self, check_health=True, retry_socket_connect=True):
        self.host, self.port = self.connection_pool.get_master_address()
        super().connect_check_health(check_health, retry_socket_connect=False)


def connect(password, sentinel_password):
    sentinel = Sentinel(${lines(8, [
        `[${sentinels.map(pair).join(", ")}]`,
        ...(host ? [`force_master_ip=${literal(host)}`] : []),
        `sentinel_kwargs=dict(${lines(12, [
            `username=${literal(sentinelUsername)}`,
            "password=sentinel_password",
            "retry=Retry(NoBackoff(), 1)",
            ...limits,
        ])}
        )`,
    ])}
    )
    return sentinel.master_for(${lines(8, [
        literal(name),
        "connection_class=MasterConnection",
        `username=${literal(username)}`,
        "password=password",
        `retry=Retry(ConstantBackoff(${pause}), ${tries(silence)})`,
        ...limits,
    ])}
    )
`;
}
