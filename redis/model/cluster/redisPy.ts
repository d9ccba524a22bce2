import type { ClientTimeouts } from "../clientTimeouts";
import type { Endpoint, NodeModel } from "../model";
import { lines, literal, pair, pause, type RedisPy, timeouts, tries } from "../redisPy";

/** What a client has to know. */
export interface Reachable {
    nodes: Endpoint[];
    /** Those that name other addresses than those where they are reached. */
    elsewhere: NodeModel[];
    username: string;
    /** `cluster-node-timeout`, in milliseconds. */
    silence: number;
    timeouts: ClientTimeouts;
}

/**
 * Of a cluster. Handovers need nothing but the client as it is. It tries a command of a master that is lost ten times
 * without a pause, which ends long before replicas have elected another one.
 */
export function clusterModule({ nodes, elsewhere, username, silence, timeouts: limits }: Reachable): RedisPy {
    const addresses = elsewhere.map(({ announce, reach }) => `${pair(announce)}: ${pair(reach)}`);
    return `from redis.backoff import ConstantBackoff
from redis.cluster import ClusterNode, RedisCluster
from redis.exceptions import ClusterDownError, ConnectionError, SlotNotCoveredError, TimeoutError
from redis.retry import Retry

passing = (ClusterDownError, ConnectionError, SlotNotCoveredError, TimeoutError)
again = Retry(ConstantBackoff(${pause}), ${tries(silence)}, passing)


class Client(RedisCluster):
    def execute_command(self, *args, **kwargs):
        return again.call_with_retry(lambda: super(Client, self).execute_command(*args, **kwargs), lambda error: None)


def connect(password):
    return Client(${lines(8, [
        `startup_nodes=[${nodes.map((node) => `ClusterNode${pair(node)}`).join(", ")}]`,
        `username=${literal(username)}`,
        "password=password",
        ...(addresses.length > 0
            ? [`address_remap=lambda address: {${lines(12, addresses)}\n        }.get(address, address)`]
            : []),
        ...timeouts(limits),
    ])}
    )
`;
}
