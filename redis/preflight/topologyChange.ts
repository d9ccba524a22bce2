import type { Problem } from "../declaration/problem";
import { at } from "../model/endpoint";
import type { Model } from "../model/model";
import { silence } from "../plan/servers";
import type { Observation } from "../state/observation";
import { inCluster } from "./lastCopies";

/**
 * What stands in the way of another topology, each by name: a server that keeps its name and would be of the other kind, on
 * data that nobody serves there; and a Sentinel that leaves and cannot be told so, which would change roles later.
 */
export function topologyProblems({ topology }: Model, observation: Observation): Problem[] {
    const kinds = observation.flatMap(({ declared, node, redis }): Problem[] => {
        if (!declared || !redis || inCluster(redis) === (topology === "cluster")) return [];
        const [was, is] = topology === "cluster" ? ["a tree", "a cluster"] : ["a cluster", "a tree"];
        const keys = redis.keys === 1 ? "1 key" : `${redis.keys} keys`;
        const message = `is a server of ${was} with ${keys}, and nothing takes them to ${is}: give the servers of the new topology other names and ports (what becomes of the keys is asked then), or make ${is} of another stack and copy what is to stay`;
        return [{ path: node, message }];
    });
    const watching = observation.filter(
        ({ declared, kind, container, sentinel, gone }) =>
            topology === "replication" && !declared && kind === "sentinel" && container && !sentinel && !gone,
    );
    const mute = watching.map((server) => ({
        path: server.node,
        message: `leaves, does not answer on ${at(server.reach)} (${silence(server)}), and would change roles when it does: \`docker restart ${server.container?.name}\` starts it again`,
    }));
    return [...kinds, ...mute];
}
