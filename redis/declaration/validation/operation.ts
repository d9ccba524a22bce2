import type { Problem } from "../problem";
import { show } from "../show";
import type { HostEntry, NodeEntry } from "./fields";
import { collect, type Report } from "./report";

/** What stands beside a declaration, judged as it is given. */
export interface InputsBeside {
    prefix: unknown;
    preflight: unknown;
    /** Whether something is about to be done. */
    isUpdate: boolean;
}

/** What is wrong with what stands beside a declaration. */
export function validateInputs({ prefix, preflight, isUpdate }: InputsBeside): Problem[] {
    const { problems, report } = collect();
    // Docker's own rule for the names of containers, volumes and networks.
    if (typeof prefix !== "string" || !/^[a-z0-9][\w.-]*$/i.test(prefix)) {
        const rule = "letters, digits, dots, hyphens and underscores, with a letter or digit in front";
        report("prefix", `Must be ${rule}, not ${show(prefix)}: the names of containers and volumes begin with it`);
    }
    if (typeof preflight !== "boolean") report("preflight", `Must be true or false, not ${show(preflight)}`);
    else if (!preflight && isUpdate) {
        report("preflight", "An update looks at the hosts first: false is for previews only");
    }
    return problems;
}

/** Checks that the master is not on a host that is lost: nothing can be written there. */
export function checkLost(nodes: readonly NodeEntry[], hosts: readonly HostEntry[], report: Report): void {
    const down = hosts.filter(({ fields }) => fields.state === "down").map(({ fields }) => fields.name);
    for (const { path, fields } of nodes) {
        if (fields.replicaOf !== undefined || !down.includes(fields.host ?? hosts[0]?.fields.name)) continue;
        report(
            path,
            `${show(fields.name)} is the master, and its host is down: mark another node as the master, by giving this one \`replicaOf\``,
        );
    }
}
