import { show } from "../show";
import { checkFixedAddresses, onBridge } from "./cluster";
import type { Fields, HostEntry, NodeEntry, ServerEntry } from "./fields";
import { checkFormerly, hostProblem } from "./nodes";
import { checkDistinct, entriesOf, type Report } from "./report";

/** Fewer cannot lose one and still have a majority. */
const fewest = 3;

/** Checks `sentinels` and `sentinel` together with the nodes, and what Sentinel asks of these. */
export function checkSentinel(
    args: Fields,
    nodes: readonly NodeEntry[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    if (args.topology !== "sentinel") {
        for (const key of ["sentinels", "sentinel"] as const) {
            if (args[key] !== undefined)
                report(key, "Belongs to another topology; say topology: sentinel to have them");
        }
        return;
    }
    const sentinels = entriesOf("sentinels", args.sentinels);
    checkNumber(sentinels.length, report);
    for (const { path, fields } of sentinels) report(`${path}.host`, hostProblem(fields.host, hosts));
    const all = [...nodes, ...sentinels];
    checkTogether(nodes, sentinels, hosts, report);
    checkFormerly(sentinels, new Set(all.flatMap(({ fields: { name } }) => name?.toLowerCase() ?? [])), report);
    if (onBridge(args, hosts)) {
        const ports = all.flatMap(({ path, fields: { port } }) =>
            port === undefined ? [] : [{ path: `${path}.port`, port }],
        );
        checkFixedAddresses(ports, report);
    }
    checkStar(nodes, report);
    const quorum = args.sentinel?.quorum;
    if (quorum !== undefined && sentinels.length > 0 && quorum > sentinels.length) {
        report("sentinel.quorum", `There are ${sentinels.length} Sentinels; ${show(quorum)} can never agree`);
    }
}

function checkNumber(sentinels: number, report: Report): void {
    if (sentinels >= fewest) return;
    const few = sentinels === 1 ? "There is 1 Sentinel" : `There are ${sentinels} Sentinels`;
    const why = "of one or two none can be lost, since the majority of all decides";
    report(
        "sentinels",
        sentinels === 0
            ? "Must list the Sentinels, three at least: [{ name: sentinel1, port: 26379 }, ...]"
            : `${few}, and three are the least: ${why}`,
    );
}

/** Names and ports of servers and Sentinels differ. Those of two servers were compared with the nodes. */
function checkTogether(
    nodes: readonly NodeEntry[],
    sentinels: readonly ServerEntry[],
    hosts: readonly HostEntry[],
    report: Report,
): void {
    const all: ServerEntry[] = [...nodes, ...sentinels];
    const ofSentinels: Report = (path, message) => path.startsWith("sentinels") && report(path, message);
    checkDistinct(
        all.map(({ path, fields: { name } }) => ({ path: `${path}.name`, value: name?.toLowerCase() })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        ofSentinels,
    );
    checkDistinct(
        all.map(({ path, fields: { host = hosts[0]?.fields.name ?? "", port } }) => ({
            path: `${path}.port`,
            value: port === undefined ? undefined : `${host} ${port}`,
        })),
        (value, earlier) => `${value.split(" ")[1]} is already ${earlier}; ports on one host must differ`,
        ofSentinels,
    );
}

/** Sentinel makes a star of every tree. */
function checkStar(nodes: readonly NodeEntry[], report: Report): void {
    const replicas = new Set(
        nodes.filter(({ fields }) => fields.replicaOf !== undefined).map(({ fields }) => fields.name),
    );
    for (const { path, fields } of nodes) {
        if (fields.replicaOf === undefined || !replicas.has(fields.replicaOf)) continue;
        report(
            `${path}.replicaOf`,
            `${show(fields.replicaOf)} is a replica itself: Sentinel sees only the master's own replicas and has all of them follow the master, so that a chain is lost at the first failover; name the master, or say topology: replication`,
        );
    }
}
