import type { HostEntry } from "./hosts";
import { checkFormerly, hostProblem, portProblem } from "./nodes";
import { checkDistinct, checkKeys, checkList, type Fields, isFields, nameProblem, type Report, show } from "./report";

type Entry = { path: string; fields: Fields };

/** Checks `sentinels` and `sentinel`, and what Sentinel asks of the nodes. */
export function checkSentinel(
    args: Fields,
    nodes: readonly Entry[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    const sentinels = checkList("sentinels", args.sentinels, "Sentinels", report);
    if (args.topology !== "sentinel") {
        for (const key of ["sentinels", "sentinel"]) {
            if (args[key] !== undefined)
                report(key, "Belongs to another topology; say topology: sentinel to have them");
        }
        return;
    }
    if (sentinels.length === 0) {
        report("sentinels", "Must list the Sentinels, three at least: [{ name: sentinel1, port: 26379 }, ...]");
    }
    for (const { path, fields } of sentinels) {
        checkKeys(path, fields, ["name", "port", "host", "formerly"], report);
        report(`${path}.name`, nameProblem(fields.name));
        report(`${path}.port`, portProblem(fields.port));
        report(`${path}.host`, hostProblem(fields.host, hosts));
    }
    checkTogether([...nodes, ...sentinels], hosts, report);
    const names = [...nodes, ...sentinels].map(({ fields: { name } }) =>
        typeof name === "string" ? name.toLowerCase() : undefined,
    );
    checkFormerly(sentinels, new Set(names.filter((name) => name !== undefined)), report);
    checkStar(nodes, report);
    checkSettings(args.sentinel, sentinels.length, report);
}

/** Names and ports of servers and Sentinels differ. */
function checkTogether(entries: readonly Entry[], hosts: readonly HostEntry[], report: Report): void {
    const isSentinel = ({ path }: Entry) => path.startsWith("sentinels");
    const only = (path: string, message: string) => path.startsWith("sentinels") && report(path, message);
    checkDistinct(
        entries.map(({ path, fields: { name } }) => ({
            path: `${path}.name`,
            value: typeof name === "string" ? name.toLowerCase() : undefined,
        })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        (path, message) => message && only(path, message),
    );
    checkDistinct(
        entries.map((entry) => ({
            path: `${entry.path}.port`,
            value:
                isSentinel(entry) || entry.fields.port
                    ? `${entry.fields.host ?? hosts[0]?.fields.name ?? ""} ${entry.fields.port}`
                    : undefined,
        })),
        (value, earlier) => `${value.split(" ")[1]} is already ${earlier}; ports on one host must differ`,
        (path, message) => message && only(path, message),
    );
}

/** Sentinel makes a star of every tree. */
function checkStar(nodes: readonly Entry[], report: Report): void {
    const replicas = new Set(
        nodes.filter(({ fields }) => fields.replicaOf !== undefined).map(({ fields }) => fields.name),
    );
    for (const { path, fields } of nodes) {
        if (!replicas.has(fields.replicaOf)) continue;
        report(
            `${path}.replicaOf`,
            `${show(fields.replicaOf)} is a replica itself: Sentinel sees only the master's own replicas and has all of them follow the master, so that a chain is lost at the first failover; name the master, or say topology: replication`,
        );
    }
}

const numbers = ["quorum", "down-after-milliseconds", "failover-timeout", "parallel-syncs"];

function checkSettings(value: unknown, sentinels: number, report: Report): void {
    if (value === undefined) return;
    if (!isFields(value)) {
        report("sentinel", `Must be an object with keys, not ${show(value)}`);
        return;
    }
    checkKeys("sentinel", value, ["name", ...numbers], report);
    const { name, quorum } = value;
    if (name !== undefined && (typeof name !== "string" || !/^[\w.-]+$/.test(name))) {
        report("sentinel.name", `Must be letters, digits, dots and hyphens, not ${show(name)}`);
    }
    for (const key of numbers) {
        const number = value[key];
        if (number !== undefined && !(Number.isInteger(number) && Number(number) >= 1)) {
            report(`sentinel.${key}`, `Must be a whole number from 1, not ${show(number)}`);
        }
    }
    if (Number.isInteger(quorum) && sentinels > 0 && Number(quorum) > sentinels) {
        report("sentinel.quorum", `There are ${sentinels} Sentinels; ${show(quorum)} can never agree`);
    }
}
