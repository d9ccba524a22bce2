import type { Model } from "../../redis/model/model";
import type { Observation } from "../../redis/state/observation";
import type { Connections } from "../redis/connections";

const setting = "min-replicas-to-write";

/**
 * Lets masters take writes while their replicas are replaced: `min-replicas-to-write` is 0 for that time. The convergence
 * at the end finds it changed and sets what is declared; so does the next update, should this one be killed.
 */
export async function allowWrites(model: Model, observation: Observation, connections: Connections): Promise<void> {
    const asking = observation.filter(
        ({ node, redis }) =>
            redis && Number(redis.settings[setting] ?? 0) > 0 && model.nodes.some(({ name }) => name === node),
    );
    await Promise.all(
        asking.map(async ({ reach }) => (await connections.to(reach)).call("config", "set", setting, "0")),
    );
}
