import type { Problem } from "../arguments";
import type { HostEntry } from "./hosts";
import { collect, type Fields, type Report, show } from "./report";

/** More nodes than any deployment has. */
const mostNodes = 10_000;

/** Checks how many full synchronisations may run at a time, whether there may be outages, and the time zone. */
export function checkOperation(args: Fields, report: Report): void {
    const { synchronisations, allowOutage, timezone } = args;
    if (allowOutage !== undefined && typeof allowOutage !== "boolean") {
        report("allowOutage", `Must be true or false, not ${show(allowOutage)}`);
    }
    const isNumber = Number.isInteger(synchronisations) && Number(synchronisations) >= 1;
    if (synchronisations !== undefined && !(isNumber && Number(synchronisations) <= mostNodes)) {
        report("synchronisations", `Must be a whole number from 1 to ${mostNodes}, not ${show(synchronisations)}`);
    }
    if (timezone !== undefined) report("timezone", timeZoneProblem(timezone));
}

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

/** Images have a file for each time zone, so that its name has to be written as it is. */
function timeZoneProblem(value: unknown): string | undefined {
    const none = `${show(value)} is no time zone; it looks like Asia/Shanghai or UTC`;
    if (typeof value !== "string" || !/^[A-Z]/i.test(value)) return none;
    try {
        const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions();
        const isOtherCase = timeZone !== value && timeZone.toLowerCase() === value.toLowerCase();
        return isOtherCase ? `${show(value)} is written ${timeZone}` : undefined;
    } catch {
        return none;
    }
}

/** Checks that the master is not on a host that is lost: nothing can be written there. */
export function checkLost(
    nodes: readonly { path: string; fields: Fields }[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    const down = hosts.filter(({ fields }) => fields.state === "down").map(({ fields }) => fields.name);
    for (const { path, fields } of nodes) {
        if (fields.replicaOf !== undefined || !down.includes(fields.host ?? (hosts[0]?.fields.name as unknown)))
            continue;
        report(
            path,
            `${show(fields.name)} is the master, and its host is down: mark another node as the master, by giving this one \`replicaOf\``,
        );
    }
}

/** Checks that what may be deleted is named one by one: a word for everything would be one for ever. */
export function checkDeleteData(words: unknown, report: Report): void {
    if (words === undefined) return;
    if (!Array.isArray(words)) {
        report("deleteData", `Must be a list, not ${show(words)}; the refusal of a change says what to write`);
        return;
    }
    for (const [index, word] of words.entries()) {
        if (typeof word === "string" && /^[a-z0-9-]+(@[a-z0-9-]+)?:[0-9a-f]{12}$/i.test(word)) continue;
        report(
            `deleteData[${index}]`,
            `${show(word)} is no server; it looks like master:1f0c9a2b3d4e, as the refusal of a change names it`,
        );
    }
}
