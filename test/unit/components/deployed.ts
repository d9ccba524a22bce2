import { Deployment, type DeploymentInputs, type NodeArguments } from "../../../components";
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
    ] as [NodeArguments, NodeArguments, NodeArguments],
};

/** Types of resources, as Pulumi calls them. */
export const container = "docker:index/container:Container";
export const volume = "docker:index/volume:Volume";
export const network = "docker:index/network:Network";
export const image = "docker:index/remoteImage:RemoteImage";
export const provider = "pulumi:providers:docker";
export const command = "command:local:Command";
export const stash = "pulumi:index:Stash";
export const deployment = "redis-on-docker:index:Deployment";
export const host = "redis-on-docker:index:DockerHost";
export const node = "redis-on-docker:index:RedisNode";
export const replication = "redis-on-docker:index:Replication";

/** Type and name of a resource, without the types of its parents. */
export const last = (urn: unknown): string => String(urn).replace(/^.*\$/, "");

/** The same of resources, sorted. */
export const names = (all: Registered[]): string[] =>
    all.map(({ urn }) => last(urn.split("::").slice(2).join("::"))).sort();

/** A list that is asked of Pulumi with a resource, sorted; resources by type and name. */
export const asked = ({ options }: Registered, name: string): string[] =>
    ((options[name] ?? []) as string[]).map(last).sort();
