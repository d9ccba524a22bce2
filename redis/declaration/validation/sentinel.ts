import { checkFixedAddresses, onBridge } from "./cluster";
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
    if (sentinels.length < fewest) {
        const [first] = sentinels;
        const few = sentinels.length === 1 ? "There is 1 Sentinel" : `There are ${sentinels.length} Sentinels`;
        const why = "of one or two none can be lost, since the majority of all decides";
        report(
            "sentinels",
            first === undefined
                ? "Must list the Sentinels, three at least: [{ name: sentinel1, port: 26379 }, ...]"
                : `${few}, and three are the least: ${why}`,
        );
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
    if (onBridge(args, hosts)) {
        const ports = [...nodes, ...sentinels].flatMap(({ path, fields: { port } }) =>
            typeof port === "number" ? [{ path: `${path}.port`, port }] : [],
        );
        checkFixedAddresses(ports, report);
    }
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

/** Fewer cannot lose one and still have a majority. */
const fewest = 3;

/**
 * What SENTINEL SET is told, each with its bounds. Redis takes any number above 0: with a few milliseconds every server is
 * down all the time and no failover ends, and after more than an hour or a day nobody waits for one.
 */
const numbers: Record<string, [least: number, most: number]> = {
    quorum: [1, Number.MAX_SAFE_INTEGER],
    "down-after-milliseconds": [100, 3_600_000],
    "failover-timeout": [1_000, 86_400_000],
    "parallel-syncs": [1, 1_000],
};

function checkSettings(value: unknown, sentinels: number, report: Report): void {
    if (value === undefined) return;
    if (!isFields(value)) {
        report("sentinel", `Must be an object with keys, not ${show(value)}`);
        return;
    }
    checkKeys("sentinel", value, ["name", ...Object.keys(numbers)], report);
    const { name, quorum } = value;
    if (name !== undefined && (typeof name !== "string" || !/^[\w.-]{1,100}$/.test(name))) {
        report("sentinel.name", `Must be up to 100 letters, digits, dots and hyphens, not ${show(name)}`);
    }
    for (const [key, [least, most]] of Object.entries(numbers)) {
        const number = value[key];
        if (number === undefined) continue;
        if (Number.isInteger(number) && Number(number) >= least && Number(number) <= most) continue;
        const range = most === Number.MAX_SAFE_INTEGER ? `from ${least}` : `from ${least} to ${most}`;
        report(`sentinel.${key}`, `Must be a whole number ${range}, not ${show(number)}`);
    }
    if (Number.isInteger(quorum) && sentinels > 0 && Number(quorum) > sentinels) {
        report("sentinel.quorum", `There are ${sentinels} Sentinels; ${show(quorum)} can never agree`);
    }
}
