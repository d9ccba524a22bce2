import type { EngineEvent } from "../../../scripts/operation/events";

/** How the URNs of a deployment's resources begin. */
export const head = "urn:pulumi:dev::redis::redis-on-docker:index:Deployment";
const types = {
    server: "docker:index/container:Container",
    files: "docker:index/container:Container",
    data: "docker:index/volume:Volume",
    network: "docker:index/network:Network",
    convergence: "command:local:Command",
    password: "pulumi:index:Stash",
};
/** A part of a node, or of the deployment. */
export type Part = keyof typeof types;

/** The events of a step on a part of a node, or of the deployment. */
export function step(op: string, part: Part, node: string, more: Record<string, unknown> = {}): EngineEvent[] {
    const component = `redis-local-${node}`;
    const names: Record<Part, string> = {
        server: component,
        files: `${component}-files`,
        data: `${component}-data`,
        network: "redis-local-network",
        convergence: "redis-converge",
        password: `redis-password-${node}`,
    };
    const urn = `${head}$${types[part]}::${names[part]}`;
    const state = {
        type: types[part],
        urn,
        parent: `${head}$redis-on-docker:index:RedisNode::${component}`,
        provider: `${head}$pulumi:providers:docker::redis-local::1f0c`,
        ...more,
    };
    const metadata = { op, urn, type: types[part], old: state, new: state, ...more };
    return [{ resourcePreEvent: { metadata } }, { resOutputsEvent: { metadata } }] as never;
}

/** The events of a replacement. */
export const replaced = (part: Part, node: string, diffs?: string[]) =>
    ["delete-replaced", "replace", "create-replacement"].flatMap((op) => step(op, part, node, { diffs }));
