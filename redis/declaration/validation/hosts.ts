import { isIP } from "node:net";
import { hostStates } from "../arguments";
import {
    checkDistinct,
    checkKeys,
    checkList,
    checkWord,
    collect,
    type Fields,
    nameProblem,
    type Report,
    show,
} from "./report";

export interface HostEntry {
    path: string;
    fields: Fields;
}

/** Checks `hosts` and what `network` asks of them. */
export function checkHosts(value: unknown, network: unknown, report: Report): HostEntry[] {
    const hosts = checkList("hosts", value, "hosts", report);
    if (Array.isArray(value) && value.length === 0) {
        report("hosts", "Must name at least one host; leave the key out for the local Docker Engine");
    }
    for (const { path, fields } of hosts) {
        checkKeys(path, fields, ["name", "docker", "address", "state"], report);
        checkWord(`${path}.state`, fields.state, hostStates, report);
        report(`${path}.name`, nameProblem(fields.name));
        if (fields.docker !== undefined) report(`${path}.docker`, endpointProblem(fields.docker));
        if (fields.address !== undefined) report(`${path}.address`, addressProblem(fields.address));
    }
    const several = hosts.length > 1;
    if (several && network === "bridge") {
        report("network", "A bridge exists on one host only; with several hosts leave `network` out or say host");
    }
    if (!several && network !== "host") {
        for (const { path, fields } of hosts) report(`${path}.address`, publishProblem(fields.address));
    }
    for (const { path, fields } of several ? hosts : []) report(`${path}.address`, reachProblem(fields.address));
    const texts = (key: string, fallback?: string) =>
        hosts.map(({ path, fields: { [key]: text = fallback } }) => ({
            path: `${path}.${key}`,
            value: typeof text === "string" ? text.toLowerCase() : undefined,
        }));
    checkDistinct(texts("name"), (name, earlier) => `${show(name)} is already ${earlier}; names must differ`, report);
    checkDistinct(
        texts("docker", ""),
        (docker, earlier) => `${docker || "The local Docker Engine"} is already ${earlier}; one host is one Engine`,
        report,
    );
    if (several) {
        checkDistinct(
            texts("address"),
            (address, earlier) => `${show(address)} is already ${earlier}; addresses must differ`,
            report,
        );
    }
    return hosts;
}

/** The addresses that are names, of hosts that are not declared down. What is wrong otherwise is for the validation to say. */
export function namedAddresses(hosts: unknown): { path: string; address: string }[] {
    return checkList("hosts", hosts, "hosts", collect().report).flatMap(({ path, fields: { address, state } }) =>
        typeof address === "string" && state !== "down" && isAddress(address) && !isIP(address)
            ? [{ path: `${path}.address`, address }]
            : [],
    );
}

/** What is wrong with a Docker endpoint, or undefined. */
export function endpointProblem(value: unknown): string | undefined {
    const form = "unix:///path, tcp://address:port or ssh://user@address";
    if (typeof value !== "string") return `Must be a Docker endpoint such as ${form}, not ${show(value)}`;
    if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(value)) return "Must hold no password; ssh takes keys, tcp certificates";
    if (!/^(unix:\/\/\/[^\s]+|(tcp|ssh):\/\/[^\s/]+\/?)$/.test(value)) {
        return `${show(value)} is no Docker endpoint; it looks like ${form}`;
    }
    return undefined;
}

function addressProblem(value: unknown): string | undefined {
    if (typeof value !== "string" || !isAddress(value)) {
        return `${show(value)} is neither an IP address nor a host name`;
    }
    if (/^(0\.0\.0\.0|[0:]*::[0:]*)$/.test(value)) {
        return `${show(value)} is no address that others can reach; say the one they use`;
    }
    return undefined;
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** An IP address, or a host name whose last label is no number (else it is a misspelt IPv4 address). */
function isAddress(text: string): boolean {
    if (isIP(text)) return true;
    const labels = text.split(".");
    return text.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** Docker takes a name for an empty address, and publishes the ports everywhere. */
function publishProblem(address: unknown): string | undefined {
    if (typeof address !== "string" || !isAddress(address) || isIP(address)) return undefined;
    return `${show(address)} is a name, and Docker publishes the ports of a bridge at an IP address only; write that, or network: host`;
}

function reachProblem(address: unknown): string | undefined {
    if (address === undefined) return "Is missing; with several hosts each needs one";
    if (typeof address !== "string" || !/^(127\.|::1$|localhost$)/i.test(address)) return undefined;
    return `${show(address)} is reached by its own machine only; the other hosts need another one`;
}
