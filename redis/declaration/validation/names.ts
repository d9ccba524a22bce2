import { nodeNames, nodeResources, resourceName } from "../../model/names";
import { show } from "../show";
import type { Fields, HostEntry, NodeEntry, ServerEntry } from "./fields";
import { entriesOf, type Report } from "./report";

/**
 * Checks that no two nodes or Sentinels make things of one name: a node `a` has a container `a-files` beside its own, and
 * to Pulumi `b-c` on the host `a` is `c` on the host `a-b`.
 */
export function checkResourceNames(
    args: Fields,
    nodes: readonly NodeEntry[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    const seen = new Map<string, ServerEntry>();
    for (const entry of [...nodes, ...entriesOf("sentinels", args.sentinels)] satisfies ServerEntry[]) {
        const { name, host = hosts[0]?.fields.name ?? "local" } = entry.fields;
        if (name === undefined) continue;
        for (const made of namesOf(host, name)) {
            const other = seen.get(made.key) ?? entry;
            seen.set(made.key, other);
            // Equal names are reported as such.
            if (other === entry || other.fields.name?.toLowerCase() === name.toLowerCase()) continue;
            report(
                `${entry.path}.name`,
                `${show(name)} and ${show(other.fields.name)} (${other.path}.name) would both have ${made.what}; rename one of them`,
            );
            break;
        }
    }
}

function namesOf(host: string, node: string): { key: string; what: string }[] {
    const { container, files, dataVolume, configurationVolume } = nodeNames("", node);
    const resource = resourceName("", host, node);
    const resources = nodeResources(resource);
    const kinds: [string, string[], string[]][] = [
        ["container", [container, files], [resource, resources.files]],
        ["volume", [dataVolume, configurationVolume], [resources.data, resources.configuration]],
    ];
    return kinds.flatMap(([kind, onDocker, inPulumi]) => [
        ...onDocker.map((name) => ({ key: `${kind} on ${host} ${name}`, what: `a ${kind} that is named ...${name}` })),
        ...inPulumi.map((name) => ({ key: `${kind} ${name}`, what: `a resource that is named ...${name}` })),
    ]);
}
