import { isFailing } from "../redis/state/containerStates";
import type { Observation } from "../redis/state/observation";

/** How long a server must not have answered before its container counts as one that does not stay up, in milliseconds. */
const patience = 10_000;

/**
 * Tells servers that are gone from those that are slow: one that was told to start, or that Docker keeps starting, and
 * whose container is not running again and again. A container that runs and does not answer is not gone: it may still
 * take writes from others.
 */
export class Outages {
    private readonly silent = new Map<string, number>();

    /**
     * The same observation, with what is gone marked.
     * @param started names of the nodes that were told to start
     */
    mark(observation: Observation, started: ReadonlySet<string>, now = Date.now()): Observation {
        return observation.map((server) => {
            const { node, container, redis, sentinel } = server;
            const failed = container && container.state !== "running" && (started.has(node) || isFailing(container));
            if (redis || sentinel || server.gone) this.silent.delete(node);
            else if (failed && !this.silent.has(node)) this.silent.set(node, now);
            const since = this.silent.get(node);
            if (!failed || since === undefined || now - since < patience) return server;
            return { ...server, gone: `its container does not stay up (${container.status})` };
        });
    }
}
