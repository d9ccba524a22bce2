import type { Model } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import { serverAt } from "../replication/live";
import { standingOf } from "../rollout/standing";

/**
 * Of each host that drains whether it may be rebooted, and what runs there, in a sentence.
 * @param settled whether everything is as declared
 */
export function describeDraining(model: Model, observation: Observation, settled: boolean): string[] {
    return model.hosts.flatMap(({ name, draining }) => {
        if (!draining) return [];
        const here = observation.filter(({ host, declared }) => declared && host === name);
        const needed = here.filter((server) => isNeeded(server, observation));
        if (needed.length > 0 || !settled) {
            const why = needed.map(({ node }) => `${node} is needed there`);
            return `${name} must not be rebooted yet: ${why.join(", ") || "not everything is as declared"}`;
        }
        const servers = here.map((server) => `${server.node} (${role(server)})`);
        if (servers.length === 0) return `${name} may be rebooted: nothing runs there`;
        return `${name} may be rebooted: ${servers.join(", ")} ${servers.length === 1 ? "runs there, and comes back by itself" : "run there, and come back by themselves"}`;
    });
}

/** Whether a server is a master, or one that others get their data through. */
function isNeeded(server: ServerObservation, observation: Observation): boolean {
    if (server.kind === "sentinel") return false;
    if (standingOf(server, observation) === "master") return true;
    const servers = observation.filter(({ kind, declared }) => declared && kind !== "sentinel");
    return servers.some((other) => other !== server && serverAt(servers, other.redis?.following) === server);
}

const role = ({ kind, redis, container }: ServerObservation): string =>
    kind === "sentinel" ? "Sentinel" : (redis?.role ?? container?.state ?? "no container");
