import * as pulumi from "@pulumi/pulumi";
import { planned } from "../reconcile/rollout/planned";
import { allNodes, type HostModel, type NodeModel } from "../redis/model/model";
import { resourceName } from "../redis/model/names";
import { outdated } from "../redis/plan/rollout/waves";
import { Cluster } from "./cluster";
import type { Declaring } from "./declaring";
import { DockerHost } from "./dockerHost";
import type { Declare } from "./inTurn";
import { RedisNode } from "./redisNode";
import { Replication } from "./replication";
import { rollOut } from "./rollOut";
import { Sentinels } from "./sentinel";
import { withShortStackTraces } from "./stackTraces";

/** Declares hosts, nodes and convergence to Pulumi, in this order. */
export async function declareResources(declaring: Declaring): Promise<Cluster | Replication> {
    const { name, seen, passwords, given, deployment } = declaring;
    const { model, observation, drifted } = seen;
    const hosts = declareHosts(declaring);
    const declare = declarationOf(declaring, hosts);
    const all = allNodes(model);
    const isReplacing = observation.some(({ container }) => container) && !pulumi.runtime.isDryRun();
    const nodes = isReplacing
        ? await rollOut(declaring, [...hosts.values()], declare)
        : all.map((node) => declare(node.name));

    const args = { model, nodes: inOrder(all, nodes), passwords, given, drifted };
    const options = { parent: deployment };
    return model.topology === "cluster" ? new Cluster(name, args, options) : new Replication(name, args, options);
}

/** The hosts, by name. */
function declareHosts({ name, seen: { model }, deployment }: Declaring): Map<string, DockerHost> {
    const declared = (host: HostModel) =>
        new DockerHost(resourceName(name, host.name), { model, host }, { parent: deployment });
    return new Map(model.hosts.map((host) => [host.name, declared(host)]));
}

/** How a node is declared, by its name. */
function declarationOf(declaring: Declaring, hosts: ReadonlyMap<string, DockerHost>): Declare<RedisNode> {
    const { name, seen, passwords, given, deployment } = declaring;
    const { model, observation } = seen;
    const { sentinels: watchers, watch } = model;
    const sentinels = watchers && watch && new Sentinels(name, { sentinels: watchers, watch }, { parent: deployment });
    const replaced = new Set([...outdated(model, observation), ...planned(name, model)]);
    return (nodeName, beforeServer) => {
        const node = allNodes(model).find((candidate) => candidate.name === nodeName);
        const host = node && hosts.get(node.host);
        if (!node || !host) throw new Error(`no node ${nodeName} on a host that is declared`);
        const logicalName = (part: string) => resourceName(name, node.host, part);
        const aliases = (node.formerly ?? []).map((former) => ({ name: logicalName(former) }));
        const parent = node.kind === "sentinel" && sentinels ? sentinels : deployment;
        const args = { model, node, host, passwords, given, beforeServer, replaced: replaced.has(node.name) };
        return withShortStackTraces(() => new RedisNode(logicalName(node.name), args, { parent, aliases }));
    };
}

/** Nodes in the order of the stack file, so that what is made of them does not depend on who goes last. */
function inOrder(declared: NodeModel[], nodes: RedisNode[]): RedisNode[] {
    const position = ({ node }: RedisNode) => declared.findIndex(({ name }) => name === node);
    return nodes.sort((a, b) => position(a) - position(b));
}
