import type { StepEventMetadata } from "./events";

/** What one of Pulumi's resources is to a person. */
export interface Subject {
    kind: "server" | "files" | "data" | "configuration" | "image" | "network" | "convergence" | "password" | "other";
    /** The node that it belongs to, or the host, or the user of a password. */
    name: string;
    /** The host of what belongs to a node. */
    host?: string;
}

/** The type of the resource that is the convergence. */
export const convergence = "command:local:Command";

/** Tells what a resource is by its type, its name and what it stands below. */
export function subjectOf({ type, urn, old, new: next }: StepEventMetadata): Subject {
    const name = nameOf(urn);
    const parent = nameOf(next?.parent || old?.parent || "");
    const host = nameOf((next?.provider || old?.provider || "").replace(/::[^:]*$/, ""));
    switch (type) {
        case "docker:index/container:Container":
            return { kind: name === parent ? "server" : "files", name: nodeOf(parent, host), host: hostOf(host) };
        case "docker:index/volume:Volume":
            return {
                kind: name === `${parent}-data` ? "data" : "configuration",
                name: nodeOf(parent, host),
                host: hostOf(host),
            };
        case "docker:index/remoteImage:RemoteImage":
            return { kind: "image", name: hostOf(host) };
        case "docker:index/network:Network":
            return { kind: "network", name: hostOf(host) };
        case convergence:
            return { kind: "convergence", name };
        case "pulumi:index:Stash": {
            const [, user] = /-password-(.+)$/.exec(name) ?? [];
            return user ? { kind: "password", name: user } : { kind: "other", name };
        }
        default:
            return { kind: "other", name };
    }
}

/** The last part of a URN: a resource's own name. */
export const nameOf = (urn: string): string => urn.split("::").slice(3).join("::");

/** A node's name in the stack file: its component is called by deployment, host and node, a provider by the first two. */
const nodeOf = (component: string, provider: string): string =>
    component.startsWith(`${provider}-`) ? component.slice(provider.length + 1) : component;

/** A host's name in the stack file. */
const hostOf = (provider: string): string => provider.split("-").slice(1).join("-") || provider;
