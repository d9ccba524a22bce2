/** Labels that every Docker object of ours carries. */
export const labels = {
    /** The deployment's id: what makes an object ours. */
    deployment: "redis-on-docker.deployment",
    /** The prefix of the deployment's names: what makes a kept volume recognisable after `destroy`. */
    prefix: "redis-on-docker.prefix",
    /** The node's name in the stack file. */
    node: "redis-on-docker.node",
    /** The host's name in the stack file. */
    host: "redis-on-docker.host",
    /** What the object is to its node: `server`, `files`, `data`, `configuration` or `network`. */
    role: "redis-on-docker.role",
    /** The port a server answers on, so that one which leaves the stack file can still be reached. */
    port: "redis-on-docker.port",
    /** Where the deployer reaches a server, `host port`. */
    reach: "redis-on-docker.reach",
    /** Hash of what only a new container applies. */
    specification: "redis-on-docker.specification",
    /** On a container that was made again as it was, after what replaced it did not work: Pulumi does not know it. */
    putBack: "redis-on-docker.put-back",
} as const;

/** The names of a node's Docker objects. */
export interface NodeNames {
    container: string;
    files: string;
    dataVolume: string;
    configurationVolume: string;
}

/** @param first the first name that the node had: Docker cannot rename a volume */
export function nodeNames(prefix: string, node: string, first = node): NodeNames {
    const container = `${prefix}-${node}`;
    return {
        container,
        files: `${container}-files`,
        dataVolume: `${prefix}-${first}-data`,
        configurationVolume: `${prefix}-${first}-config`,
    };
}

/** What Pulumi calls a host of a deployment, or a node on it. */
export function resourceName(deployment: string, host: string, node?: string): string {
    return [deployment, host, ...(node ? [node] : [])].join("-");
}

/** What Pulumi calls the resources of a host. */
export function hostResources(name: string): { image: string; network: string } {
    return { image: `${name}-image`, network: `${name}-network` };
}

/** What Pulumi calls the resources of a node; the server itself has the plain name. */
export function nodeResources(name: string): { data: string; configuration: string; files: string } {
    return { data: `${name}-data`, configuration: `${name}-config`, files: `${name}-files` };
}

/** The deployment's own bridge network. */
export function networkName(prefix: string): string {
    return `${prefix}-network`;
}
