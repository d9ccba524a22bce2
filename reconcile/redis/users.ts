import type { Redis } from "ioredis";
import { type AclUser, aclRules } from "../../redis/acl/rules";
import type { UserStep } from "../../redis/plan/serverStep";
import type { EarlierConnection } from "../../redis/state/earlierConnection";
import { parseInfo } from "./info";
import { atomically, pipelined } from "./pipeline";

/**
 * Changes users of a server, all or none. Connections go on, but for those of users that leave. A Sentinel knows no
 * transactions: what is done of it is done again.
 */
export async function setUsers(
    client: Redis,
    { users, marks, leave }: Pick<UserStep, "users" | "marks" | "leave">,
    isSentinel = false,
): Promise<void> {
    const change = async (changedAt: number): Promise<number> => {
        const timed = users.map((user) => (marks.includes(user.name) ? { ...user, changedAt } : user));
        const commands = [
            ...timed.map((user) => ["acl", "setuser", user.name, ...aclRules(user)]),
            ...leave.map((name) => ["acl", "deluser", name]),
        ];
        await (isSentinel ? pipelined(client, commands) : atomically(client, commands));
        return now(client);
    };
    const before = await now(client);
    const after = await change(before);
    // Who connected in between knows the old password only, and must not count as later than the change.
    if (after > before && marks.length > 0) await change(after);
}

const now = async (client: Redis): Promise<number> => clockOf(parseInfo(await client.info("server")));

/** What time a server has, in seconds: clocks of machines differ. */
const clockOf = (info: Map<string, string>): number => Math.floor(Number(info.get("server_time_usec") ?? 0) / 1e6);

interface Aged {
    users: AclUser[];
    clock: number;
    earlier?: EarlierConnection[];
}

/**
 * Completes what a server says of its users: since when those have more than one password, and which of their connections
 * are older. A server that has read both in its file has had them since it started.
 */
export async function withAges(client: Redis, users: AclUser[], info: Map<string, string>): Promise<Aged> {
    const read = clockOf(info);
    const started = read - Number(info.get("uptime_in_seconds") ?? 0);
    const aged = users.map((user) =>
        user.passwordHashes.length > 1 && user.changedAt === undefined ? { ...user, changedAt: started } : user,
    );
    if (users.every(({ changedAt }) => changedAt === undefined)) return { users: aged, clock: read };
    const since = new Map(aged.map(({ name, changedAt }) => [name, changedAt]));
    // Both at once: ages are of the moment at which they are told, and on a busy machine that is seconds after the rest.
    const [server, list] = await pipelined(client, [
        ["info", "server"],
        ["client", "list"],
    ]);
    const clock = clockOf(parseInfo(server as string));
    const all = parseClientList(list as string);
    // Seconds are whole: whoever connected in the same one may have done so before.
    const earlier = all.filter(({ user, age }) => clock - age <= (since.get(user) ?? Number.NEGATIVE_INFINITY));
    return { users: aged, clock, earlier };
}

/** The reply of CLIENT LIST. */
export function parseClientList(text: string): EarlierConnection[] {
    return text.split("\n").flatMap((line) => {
        if (!line) return [];
        const fields = new Map(line.split(" ").map((field) => field.split(/=(.*)/s, 2) as [string, string]));
        const [user = "", address = "", name = ""] = ["user", "addr", "name"].map((field) => fields.get(field));
        return [{ user, address, name, age: Number(fields.get("age") ?? 0) }];
    });
}
