import { isIP } from "node:net";
import { judge } from "../schema/judge";
import { deploymentSchema } from "../schema/schema";
import { isAddress } from "../schema/texts";
import { show } from "../show";
import type { Fields, HostEntry } from "./fields";
import { checkDistinct, entriesOf, type Report } from "./report";

/** Checks `hosts` together, and what `network` asks of them. */
export function checkHosts({ hosts: declared, network }: Fields, report: Report): HostEntry[] {
    const hosts = entriesOf("hosts", declared);
    if (declared?.length === 0) {
        report("hosts", "Must name at least one host; leave the key out for the local Docker Engine");
    }
    const several = hosts.length > 1;
    if (several && network === "bridge") {
        report("network", "A bridge exists on one host only; with several hosts leave `network` out or say host");
    }
    if (!several && network !== "host") {
        for (const { path, fields } of hosts) report(`${path}.address`, publishProblem(fields.address));
    }
    for (const { path, fields } of several ? hosts : []) report(`${path}.address`, reachProblem(fields.address));
    const texts = (key: "name" | "docker" | "address", fallback?: string) =>
        hosts.map(({ path, fields: { [key]: text = fallback } }) => ({
            path: `${path}.${key}`,
            value: text?.toLowerCase(),
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
    const { sound } = judge(deploymentSchema, { hosts });
    return entriesOf("hosts", sound.hosts).flatMap(({ path, fields: { address, state } }) =>
        address !== undefined && state !== "down" && !isIP(address) ? [{ path: `${path}.address`, address }] : [],
    );
}

/** Docker takes a name for an empty address, and publishes the ports everywhere. */
function publishProblem(address: string | undefined): string | undefined {
    if (address === undefined || !isAddress(address) || isIP(address)) return undefined;
    return `${show(address)} is a name, and Docker publishes the ports of a bridge at an IP address only; write that, or network: host`;
}

function reachProblem(address: string | undefined): string | undefined {
    if (address === undefined) return "Is missing; with several hosts each needs one";
    if (!/^(127\.|::1$|localhost$)/i.test(address)) return undefined;
    return `${show(address)} is reached by its own machine only; the other hosts need another one`;
}
