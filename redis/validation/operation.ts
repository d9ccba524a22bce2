import type { HostEntry } from "./hosts";
import { type Fields, type Report, show } from "./report";

/** Checks how many full synchronisations may run at a time, whether there may be outages, and the time zone. */
export function checkOperation(args: Fields, report: Report): void {
    const { synchronisations, allowOutage, timezone } = args;
    if (allowOutage !== undefined && typeof allowOutage !== "boolean") {
        report("allowOutage", `Must be true or false, not ${show(allowOutage)}`);
    }
    if (synchronisations !== undefined && !(Number.isInteger(synchronisations) && Number(synchronisations) >= 1)) {
        report("synchronisations", `Must be a whole number from 1, not ${show(synchronisations)}`);
    }
    if (timezone !== undefined && !isTimeZone(timezone)) {
        report("timezone", `${show(timezone)} is no time zone; it looks like Asia/Shanghai or UTC`);
    }
}

function isTimeZone(value: unknown): boolean {
    if (typeof value !== "string" || !/^[A-Z]/i.test(value)) return false;
    try {
        new Intl.DateTimeFormat("en", { timeZone: value });
        return true;
    } catch {
        return false;
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
