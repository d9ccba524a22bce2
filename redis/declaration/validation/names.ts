import { nodeNames, nodeResources, resourceName } from "../../model/names";
import type { HostEntry } from "./hosts";
import { checkList, collect, type Fields, type Report, show } from "./report";

type Entry = { path: string; fields: Fields };

/**
 * Checks that no two nodes or Sentinels make things of one name: a node `a` has a container `a-files` beside its own, and
 * to Pulumi `b-c` on the host `a` is `c` on the host `a-b`.
 */
export function checkResourceNames(
    args: Fields,
    nodes: readonly Entry[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    // What is no list of them is reported with the Sentinels themselves.
    const sentinels = checkList("sentinels", args.sentinels, "Sentinels", collect().report);
    const seen = new Map<string, Entry>();
    for (const entry of [...nodes, ...sentinels]) {
        const { name, host = hosts[0]?.fields.name ?? "local" } = entry.fields;
        if (typeof name !== "string" || typeof host !== "string") continue;
        for (const made of namesOf(host, name)) {
            const other = seen.get(made.key) ?? entry;
            seen.set(made.key, other);
            // Equal names are reported as such.
            if (other === entry || sameText(other.fields.name, name)) continue;
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

const sameText = (one: unknown, other: string): boolean =>
    typeof one === "string" && one.toLowerCase() === other.toLowerCase();
