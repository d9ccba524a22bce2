import type { Model } from "./model";
import type { Observation, RedisObservation, ServerObservation } from "./observation";
import type { Plan, Step } from "./plan";
import { specification } from "./serverContainer";

type Live = ServerObservation & { redis: RedisObservation };

/**
 * The masters whose containers are about to be replaced: running ones that are not what is declared. They go last, after
 * their replicas have come back, and after having handed over.
 */
export function mastersToReplace(model: Model, observation: Observation): string[] {
    return mastersIn(model, observation).map(({ node }) => node);
}

function mastersIn(model: Model, observation: Observation): Live[] {
    return observation.filter((server): server is Live => {
        const node = model.nodes.find(({ name }) => server.declared && name === server.node);
        return !!node && server.redis?.role === "master" && !isCurrent(model, server);
    });
}

function isCurrent(model: Model, { node, container }: ServerObservation): boolean {
    const declared = model.nodes.find(({ name }) => name === node);
    return !!declared && container?.specification === specification(model, declared);
}

/**
 * Takes mastership off every master that is about to be replaced, so that no acknowledged write depends on its restart:
 * a replica that has been replaced already takes over. A master without replicas has nobody to hand over to.
 */
export function planHandoff(model: Model, observation: Observation): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    for (const master of mastersIn(model, observation)) {
        const candidates = observation.filter(
            (server) => server.declared && server.node !== master.node && isCurrent(model, server),
        );
        const ready = candidates.filter(({ announce, redis }) => {
            const known = master.redis.replicas.find(
                (replica) => replica.announce.host === announce.host && replica.announce.port === announce.port,
            );
            return redis?.linkUp && known?.state === "online";
        });
        const successor = ready.sort((a, b) => (b.redis?.offset ?? 0) - (a.redis?.offset ?? 0))[0];
        if (master.redis.failover !== "no-failover") {
            plan.waiting.push(`${master.node}: expected its failover to end, seen ${master.redis.failover}`);
        } else if (successor) {
            plan.steps.push(takeOver(model, master.node, successor.node));
        } else if (candidates.length > 0) {
            const names = candidates.map(({ node }) => node).join(" or ");
            plan.waiting.push(`${master.node}: expected ${names} as an online replica to hand over to, seen none`);
        }
    }
    return plan;
}

function takeOver({ topology }: Model, from: string, to: string): Step {
    const why = `before the container of ${from} is replaced`;
    if (topology === "sentinel") return { kind: "sentinelFailover", from, to, why };
    return topology === "cluster"
        ? { kind: "takeOver", node: to, from, mode: "graceful", why }
        : { kind: "failover", from, to, why };
}
