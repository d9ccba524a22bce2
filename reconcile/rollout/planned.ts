import type { Model } from "../../redis/model/model";
import { resourceName } from "../../redis/model/names";
import { nodesOf } from "../../redis/plan/rollout/waves";

/** The variable in which `npm run up` says whose containers Pulumi's own plan replaces, by what Pulumi calls them, as JSON. */
export const replacedServers = "REDIS_ON_DOCKER_REPLACED";

/**
 * The servers whose containers Pulumi's own plan replaces, for whatever reason; none where nobody says so. Only the plan
 * knows reasons that no declaration shows: another version of a plugin, or a changed state.
 *
 * @param deployment what the program calls the deployment
 */
export function planned(deployment: string, model: Model, list = process.env[replacedServers]): Set<string> {
    const replaced: string[] = JSON.parse(list || "[]");
    const nodes = nodesOf(model).filter(({ name, host }) => replaced.includes(resourceName(deployment, host, name)));
    return new Set(nodes.map(({ name }) => name));
}
