import type { HostArguments } from "../../redis/declaration/arguments";
import type { Export, Resource } from "./state";

/**
 * Hosts that are lost for good: declared down at the last update, and now taken out of the stack file or given another
 * machine there. A host that comes back is declared as it was.
 */
export function lostHosts({ deployment }: Export, declared: readonly HostArguments[]): HostArguments[] {
    const recorded = (deployment?.resources ?? [])
        .filter(({ type }) => type === "redis-on-docker:index:Deployment")
        .flatMap(({ inputs }) => (Array.isArray(inputs?.hosts) ? (inputs.hosts as HostArguments[]) : []));
    const isDeclared = ({ name, docker, address }: HostArguments) =>
        declared.some((host) => host.name === name && host.docker === docker && host.address === address);
    return recorded.filter((host) => host.state === "down" && !isDeclared(host));
}

/** A state that never knew some resources. */
export function without(state: Export, forgotten: readonly Resource[]): Export {
    const urns = new Set(forgotten.map(({ urn }) => urn));
    const kept = (list: string[]) => list.filter((urn) => !urns.has(urn));
    const { deployment } = state;
    if (!deployment) return state;
    const resources = (deployment.resources ?? [])
        .filter(({ urn }) => !urns.has(urn))
        .map(({ dependencies, propertyDependencies, ...resource }) => ({
            ...resource,
            ...(dependencies ? { dependencies: kept(dependencies) } : {}),
            ...(propertyDependencies
                ? {
                      propertyDependencies: Object.fromEntries(
                          Object.entries(propertyDependencies).map(([name, list]) => [name, list && kept(list)]),
                      ),
                  }
                : {}),
        }));
    const pending = (deployment.pending_operations ?? []).filter(({ resource }) => !urns.has(resource.urn));
    return { ...state, deployment: { ...deployment, resources, pending_operations: pending } };
}
