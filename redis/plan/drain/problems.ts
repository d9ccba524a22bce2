import type { DeploymentArguments } from "../../declaration/arguments";
import type { Problem } from "../../declaration/problem";
import { buildModel, type Model, type NodeModel, stays } from "../../model/model";
import { rootOf } from "../rollout/standing";

/**
 * Why hosts cannot drain: what would be left has no copy of some keys, takes no writes, or has too few Sentinels to agree.
 * @param args a declaration that is valid otherwise
 */
export function drainProblems(args: DeploymentArguments): Problem[] {
    const model = buildModel(args, { id: "", prefix: "" });
    return model.hosts.flatMap(({ name, draining }, index): Problem[] => {
        if (!draining) return [];
        const messages = [...copies(model, name), ...sentinels(model, name)];
        return messages.map((message) => ({ path: `hosts[${index}].state`, message }));
    });
}

/** Of each shard with a server on the host: whether another one stays, and enough of them to take writes. */
function copies(model: Model, host: string): string[] {
    const roots = new Set(model.nodes.filter((node) => node.host === host).map(({ name }) => rootOf(model, name)));
    return [...roots].flatMap((root) => {
        const shard = model.nodes.filter(({ name }) => rootOf(model, name) === root);
        const left = shard.filter((node) => stays(model, node));
        if (left.length === 0) {
            return `${host} cannot drain: ${places(shard)} would leave no copy of their keys on a host that stays; add a replica on one first`;
        }
        const least = Math.max(...left.map(leastReplicas));
        if (left.length > least) return [];
        return `${host} cannot drain: without it ${places(left)} would take no writes, since min-replicas-to-write is ${least}; lower that first, or add a replica on a host that stays`;
    });
}

function sentinels(model: Model, host: string): string[] {
    const all = model.sentinels ?? [];
    if (!all.some((sentinel) => sentinel.host === host)) return [];
    const left = all.filter((sentinel) => stays(model, sentinel)).length;
    const needed = Math.max(model.watch?.quorum ?? 0, Math.floor(all.length / 2) + 1);
    if (left >= needed) return [];
    return [
        `${host} cannot drain: ${left} of ${all.length} Sentinels would be left, and ${needed} have to agree; add Sentinels on hosts that stay first, or wait until another host is back`,
    ];
}

/** How many replicas have to follow a server that takes writes. */
function leastReplicas({ settings }: NodeModel): number {
    // A lag of 0 switches the rule off.
    const isOn = Number(settings["min-replicas-max-lag"] ?? 10) > 0;
    return isOn ? Number(settings["min-replicas-to-write"] ?? 0) : 0;
}

const places = (nodes: NodeModel[]): string => nodes.map(({ name, host }) => `${name} on ${host}`).join(", ");
