import type { DeploymentArguments } from "../declaration/arguments";
import type { Problem } from "../declaration/problem";
import { busOffset, overlap } from "./cluster/addresses";
import { hostOf, type Model } from "./model";

/** Something on a host that one deployment alone can have. */
export interface Claim {
    /** Where it stands in the declaration. */
    path: string;
    /** The Docker endpoint of the host. */
    endpoint: string;
    /** In words: `port 6379`. */
    what: string;
    /** Who has it, in words. */
    owner: string;
    /** Of a subnet: what it must not cross. */
    subnet?: string;
}

/** Another deployment of one program. */
export interface Neighbour {
    name: string;
    claims: readonly Claim[];
}

/**
 * What a deployment takes for itself: the ports of its servers, the names of their containers, its subnet.
 * @param endpointOf an endpoint as the Docker CLI would find it
 */
export function claimsOf(
    args: DeploymentArguments,
    model: Model,
    endpointOf: (docker: string | undefined) => string,
): Claim[] {
    const isShape = args.cluster?.shards !== undefined;
    const lists = { nodes: model.nodes, sentinels: model.sentinels ?? [] };
    const claims = Object.entries(lists).flatMap(([list, nodes]) =>
        nodes.flatMap((node, index): Claim[] => {
            const host = hostOf(model, node.host);
            const claim = { endpoint: endpointOf(host.docker), owner: node.name };
            const path = isShape && list === "nodes" ? "cluster.firstPort" : `${list}[${index}].port`;
            const onHost = model.network.mode === "host" && model.topology === "cluster" && list === "nodes";
            const ports = onHost ? [node.port, node.port + busOffset] : [node.port];
            const names = [node.names.container, node.names.files];
            return [
                ...ports.map((port) => ({ ...claim, path, what: `port ${port} of ${host.address}` })),
                ...names.map((name) => ({ ...claim, path: "prefix", what: `the container name ${name}` })),
            ];
        }),
    );
    const { subnet } = model.network;
    const [host] = model.hosts;
    if (!subnet || !host) return claims;
    const what = `a part of the network ${subnet}`;
    return [...claims, { path: "subnet", endpoint: endpointOf(host.docker), what, owner: "its network", subnet }];
}

/** What another deployment of the same program claims as well, once for each place in the declaration. */
export function claimProblems(claims: readonly Claim[], neighbours: readonly Neighbour[]): Problem[] {
    const problems = neighbours.flatMap(({ name, claims: theirs }) =>
        claims.flatMap((own): Problem[] => {
            const other = theirs.find((claim) => isSame(own, claim));
            if (!other) return [];
            const has = `is that of ${other.owner} in the deployment ${name} of this program, too`;
            return [{ path: own.path, message: `${own.what} ${has}; choose another here or there` }];
        }),
    );
    return [...new Map(problems.map((problem) => [problem.path, problem])).values()];
}

function isSame(one: Claim, other: Claim): boolean {
    if (one.endpoint !== other.endpoint) return false;
    return one.subnet && other.subnet ? overlap(one.subnet, other.subnet) : one.what === other.what;
}
