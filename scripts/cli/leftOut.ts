import type { DeploymentArguments, HostArguments } from "../../redis/declaration/arguments";
import { validate } from "../../redis/declaration/validation";
import { buildModel } from "../../redis/model/model";
import { hostResources, nodeResources, resourceName } from "../../redis/model/names";
import type { Resource } from "../repair/state";
import { say } from "../setup/progress";
import { deploymentName } from "./configuration";
import type { Session } from "./session";
import { exported } from "./stack";

/**
 * Flags that have the CLI leave alone what is on hosts that are declared down: it would ask their Engines, and fail. What
 * the state holds of them stays as it is, for when they are back.
 */
export async function leaveOut(
    session: Session,
    declaration: Record<string, unknown>,
    hosts: HostArguments[],
): Promise<string[]> {
    const down = hosts.filter(({ state }) => state === "down").map(({ name }) => name);
    if (down.length === 0) return [];
    const state = await exported(session);
    say(`Leaving everything on ${down.join(", ")} as it is, declared down.`);
    return leftOut(declaration, down, state?.deployment?.resources ?? []).map((name) => `--exclude=**::${name}`);
}

/** Names of the resources on hosts: those that the state has, and those that are declared and wait for the host. */
export function leftOut(declaration: Record<string, unknown>, hosts: string[], recorded: Resource[]): string[] {
    const names = hosts.flatMap((host) => onHost(recorded, host).held.map(({ urn }) => nameOf(urn)));
    if (validate(declaration).length > 0) return names;
    const { nodes, sentinels = [] } = buildModel(declaration as never as DeploymentArguments, { id: "", prefix: "" });
    const declared = hosts.flatMap((host) => {
        const servers = [...nodes, ...sentinels]
            .filter((node) => node.host === host)
            .map(({ name }) => resourceName(deploymentName, host, name));
        const parts = servers.flatMap((server) => [server, ...Object.values(nodeResources(server))]);
        return [...Object.values(hostResources(resourceName(deploymentName, host))), ...parts];
    });
    return [...new Set([...names, ...declared])];
}

/** The resources that a host's Engine holds, and the provider that reaches it. */
export function onHost(resources: Resource[], host: string): { provider: Resource[]; held: Resource[] } {
    const name = resourceName(deploymentName, host);
    const isProvider = ({ type, urn }: Resource) => type === "pulumi:providers:docker" && nameOf(urn) === name;
    const provider = resources.filter(isProvider);
    return {
        provider,
        held: resources.filter((one) => provider.some(({ urn }) => one.provider?.startsWith(`${urn}::`))),
    };
}

const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");
