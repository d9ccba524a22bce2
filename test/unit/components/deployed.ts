import { Deployment, type DeploymentInputs } from "../../../components";
import { type Registered, registered } from "./registered";

/** What is made up once and kept, and here the same each time. */
export function kept(type: string, name: string): Record<string, unknown> {
    if (type !== "pulumi:index:Stash") return {};
    return { output: name.endsWith("-deployment-id") ? "0123456789abcdef" : `${name}-value` };
}

/**
 * Everything that a program registers with a deployment that is called `cache`, without a look at the hosts.
 *
 * @param inputs may make other resources, which the deployment then depends on
 * @param outputs what resources of other types have beside their inputs
 */
export function deployed(
    inputs: DeploymentInputs | (() => DeploymentInputs),
    outputs: typeof kept = kept,
): Promise<Registered[]> {
    const program = async () => {
        const given = typeof inputs === "function" ? inputs() : inputs;
        const { connect, slots } = new Deployment("cache", { preflight: false, ...given });
        return { connect, slots };
    };
    return registered("unit", {}, program, outputs);
}

/** The one resource of a type and name. */
export function resource(all: Registered[], type: string, name: string): Registered {
    const found = all.filter(({ urn }) => urn.endsWith(`${type}::${name}`));
    if (found.length !== 1 || !found[0]) throw new Error(`${found.length} resources are ${type}::${name}`);
    return found[0];
}

/** A master with two replicas. */
export const tree = {
    image: "redis:8.0.2",
    nodes: [
        { name: "master", port: 6379 },
        { name: "replica1", port: 6380, replicaOf: "master" },
        { name: "replica2", port: 6381, replicaOf: "master" },
    ],
};
