import { type AclUser, sameUser } from "../acl/rules";
import type { Problem } from "../declaration/problem";
import type { EarlierConnection } from "../state/earlierConnection";
import type { Observation } from "../state/observation";
import type { Desired } from "./desired";
import { compareUsers, liveUsers, usersFor } from "./passwordState";
import { passwordChange } from "./userSteps";

/** Users whose connections are the deployment's own, which tells them new passwords itself. */
const links = ["replication", "sentinel", "health"];

/** What is seen of a user's passwords on all servers, while more than one is taken. */
interface Grace {
    user: string;
    /** Whether a password is taken that is not declared, so that the next update ends it. */
    ends: boolean;
    /** For how many seconds servers have taken both, at most. */
    seconds: number;
    /** Connections that were made before, and the server that each of them is to. */
    earlier: (EarlierConnection & { node: string })[];
}

/** The users that have more than one password somewhere. */
function graces(desired: Desired, observation: Observation): Grace[] {
    const found = new Map<string, Grace>();
    for (const server of observation.filter(({ declared }) => declared)) {
        const { clock = 0, earlier = [] } = server.redis ?? server.sentinel ?? {};
        const declared = new Map(usersFor(desired, server).map((user) => [user.name, user.passwordHashes]));
        for (const { name, passwordHashes, changedAt } of liveUsers(server)) {
            const hashes = declared.get(name);
            if (changedAt === undefined || !hashes) continue;
            const grace = found.get(name) ?? { user: name, ends: false, seconds: 0, earlier: [] };
            found.set(name, grace);
            grace.ends ||= passwordHashes.some((hash) => !hashes.includes(hash));
            grace.seconds = Math.max(grace.seconds, clock - changedAt);
            if (links.includes(name)) continue;
            const own = earlier.filter(({ user }) => user === name);
            grace.earlier.push(...own.map((one) => ({ ...one, node: server.node })));
        }
    }
    return [...found.values()];
}

/** Connections that may not know the new password of their user, where the old one is about to end. */
export function endingProblems(desired: Desired, observation: Observation): Problem[] {
    return graces(desired, observation)
        .filter(({ ends, earlier }) => ends && earlier.length > 0)
        .map(({ user, earlier }) => ({
            path: `previous.${user}`,
            message:
                `the old password would end, and ${counted(earlier)} made before there was the new one: ${listed(earlier)}. ` +
                "Have them connect again, or go on without them: `npm run up -- --end-passwords`",
        }));
}

/** For how long old passwords have been taken beside the declared ones, and who may still use them. */
export function graceSentences(desired: Desired, observation: Observation): string[] {
    return graces(desired, observation)
        .filter(({ ends }) => !ends)
        .map(({ user, seconds, earlier }) => {
            const who =
                earlier.length > 0
                    ? `${earlier.length} ${earlier.length === 1 ? "connection is" : "connections are"} older than the change: ${listed(earlier)}`
                    : "no connection is older than the change";
            return `the old password of ${user} has been valid for ${lasting(seconds)}; ${who}`;
        });
}

/** How many connections are named. */
const mostNamed = 10;

const counted = (list: unknown[]): string =>
    list.length === 1 ? "1 connection was" : `${list.length} connections were`;

function listed(earlier: Grace["earlier"]): string {
    const named = earlier.slice(0, mostNamed).map(({ address, name, age, node }) => {
        return `${address}${name ? ` (${name})` : ""} to ${node} for ${lasting(age)}`;
    });
    const rest = earlier.length - named.length;
    return [...named, ...(rest > 0 ? [`${rest} more`] : [])].join(", ");
}

/** A time in the largest unit of which there is at least one. */
export function lasting(seconds: number): string {
    const units: [string, number][] = [
        ["day", 86_400],
        ["hour", 3_600],
        ["minute", 60],
    ];
    const [unit, length] = units.find(([, length]) => seconds >= length) ?? ["second", 1];
    const count = Math.floor(Math.max(0, seconds) / length);
    return `${count} ${unit}${count === 1 ? "" : "s"}`;
}

/** What changes of which user, and who notices: for the plan, once for all servers. */
export function userSentences(desired: Desired, observation: Observation): string[] {
    const sentences = new Set<string>();
    for (const server of observation.filter(({ declared }) => declared)) {
        if (liveUsers(server).length === 0) continue;
        const { users, leaving } = compareUsers(desired, server);
        for (const { user, known } of users) {
            if (!known) sentences.add(`user ${user.name}: new, or was taken away by hand`);
            else if (!sameUser(user, known))
                for (const one of differences(user, known)) sentences.add(`user ${user.name}: ${one}`);
        }
        for (const name of leaving) sentences.add(`user ${name}: leaves, and its connections are cut`);
    }
    return [...sentences];
}

function differences(user: AclUser, known: AclUser): string[] {
    const { more, less } = passwordChange(user, known);
    const others = (["keys", "channels", "commands"] as const).filter(
        (part) => !sameUser({ ...known, [part]: user[part] }, known),
    );
    return [
        ...(more && !less ? ["one more password; the old one is taken as well, so that nobody has to change yet"] : []),
        ...(less
            ? [`${more ? "another password, and the old one ends" : "the old password ends"}: ${whoNotices(user.name)}`]
            : []),
        ...(others.length > 0 ? [`other ${others.join(" and ")}: its connections notice with their next command`] : []),
        ...(user.enabled !== known.enabled || (known.extras ?? []).length > 0 ? ["as declared again"] : []),
    ];
}

function whoNotices(user: string): string {
    return links.includes(user)
        ? "the deployment's own links, which are told before"
        : "who connects from then on needs the new one, and connections that there are go on";
}
