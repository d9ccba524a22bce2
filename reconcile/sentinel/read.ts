import type { Redis } from "ioredis";
import { hashPassword, parseGetUser } from "../../redis/acl/rules";
import type { SentinelObservation, SentinelView } from "../../redis/state/sentinel";
import { parseInfo } from "../redis/info";
import { pairs } from "../redis/read";
import { withAges } from "../redis/users";

/** Reads everything that convergence compares of one Sentinel. */
export async function readSentinel(client: Redis): Promise<SentinelObservation> {
    const [masters, names, info, own] = (await Promise.all([
        client.call("sentinel", "masters"),
        client.call("acl", "users"),
        client.info("server"),
        client.call("sentinel", "config", "get", "sentinel-pass"),
    ])) as [string[][], string[], string, string[]];
    const users = await Promise.all(
        names.map(async (name) => parseGetUser(await client.call("acl", "getuser", name), name)),
    );
    const known = users.flatMap((user) => (user ? [user] : []));
    const [master] = masters.map(fields);
    return {
        ...(await withAges(client, known, parseInfo(info))),
        passwordHash: hashPassword(fields(own).get("sentinel-pass") ?? ""),
        ...(master ? { watch: await readView(client, master) } : {}),
    };
}

async function readView(client: Redis, master: Map<string, string>): Promise<SentinelView> {
    const name = master.get("name") ?? "";
    const list = async (what: string) => ((await client.call("sentinel", what, name)) as string[][]).map(fields);
    const [replicas, others, quorumCheck] = await Promise.all([
        list("replicas"),
        list("sentinels"),
        client.call("sentinel", "ckquorum", name).catch((error: Error) => error.message),
    ]);
    const number = (field: string) => Number(master.get(field) ?? 0);
    return {
        name,
        quorum: number("quorum"),
        "down-after-milliseconds": number("down-after-milliseconds"),
        "failover-timeout": number("failover-timeout"),
        "parallel-syncs": number("parallel-syncs"),
        master: endpointOf(master),
        configEpoch: number("config-epoch"),
        flags: flagsOf(master),
        replicas: replicas.map((one) => ({
            endpoint: endpointOf(one),
            flags: flagsOf(one),
            priority: Number(one.get("slave-priority") ?? 0),
        })),
        others: others.map((one) => ({ endpoint: endpointOf(one), flags: flagsOf(one) })),
        quorumCheck: String(quorumCheck),
    };
}

function fields(list: string[]): Map<string, string> {
    return new Map(Object.entries(pairs(list)));
}

const endpointOf = (of: Map<string, string>) => ({ host: of.get("ip") ?? "", port: Number(of.get("port")) });
const flagsOf = (of: Map<string, string>) => (of.get("flags") ?? "").split(",").filter(Boolean);
