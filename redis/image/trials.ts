import { specification } from "../model/containerSpecification";
import type { NodeModel } from "../model/model";
import type { Desired } from "../plan/desired";
import { planServers } from "../plan/servers";
import type { Observation } from "../state/observation";

/**
 * The nodes of a host whose files are to be tried before a server depends on them, one of each distinct configuration:
 * those with anything that a running server of the very same image has not accepted already.
 */
export function nodesToTry(desired: Desired, observation: Observation, host: string, imageId: string): NodeModel[] {
    const { model } = desired;
    const changing = new Set(
        planServers(desired, observation).steps.flatMap((step) =>
            step.kind === "configure" || step.kind === "setUsers" ? [step.node] : [],
        ),
    );
    const found = model.nodes.filter((node) => {
        if (node.host !== host) return false;
        const server = observation.find(({ declared, node: name }) => declared && name === node.name);
        const accepted =
            server?.redis &&
            server.container?.imageId === imageId &&
            server.container.specification === specification(model, node) &&
            !changing.has(node.name);
        return !accepted;
    });
    const distinct = new Map(found.map((node) => [JSON.stringify(node.settings), node]));
    return [...distinct.values()];
}
