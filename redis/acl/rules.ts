import { createHash } from "node:crypto";
import { carryProblem } from "../settings/quoting";
import { allowedCommands, canonicalCommands } from "./aclCommands";

export { canonicalCommands, commandsProblem } from "./aclCommands";

/** A user of a Redis server, as ACL files, ACL SETUSER and ACL GETUSER have it. */
export interface AclUser {
    name: string;
    enabled: boolean;
    /** SHA-256 of each valid password, in hexadecimal. */
    passwordHashes: string[];
    /** Key patterns: `app:*`, or `%R~app:*` and `%W~app:*` for keys that may only be read or written. */
    keys: string[];
    /** Channel patterns. */
    channels: string[];
    /** Command rules: `+@all -keys`. */
    commands: string;
    /** Of a live user only: since when it has had more than one password, in seconds of the server's clock. */
    changedAt?: number;
    /** Of a live user only: what declared users never have (`nopass`, selectors, `skip-sanitize-payload`). */
    extras?: string[];
}

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** Works out once for each text, or user, what is asked for again and again: servers are looked at many times. */
function memoized<T>(
    by: (from: T) => string,
    known: { get(from: T): string | undefined; set(from: T, result: string): unknown },
): (from: T) => string {
    return (from) => {
        const result = known.get(from) ?? by(from);
        known.set(from, result);
        return result;
    };
}

// These take milliseconds, and every server has the same rules.
const canonical = memoized(canonicalCommands, new Map<string, string>());
const allowed = memoized(allowedCommands, new Map<string, string>());

/** SHA-256 in hexadecimal, as ACL rules take it after `#`. */
export function hashPassword(password: string): string {
    return createHash("sha256").update(password, "utf8").digest("hex");
}

/** How the hash begins that no password has, and that says since when a user has more than one password. */
const markStart = "0".repeat(48);

/**
 * A rule that has a server remember since when a user has had more than one password. A hash is all that a user can hold
 * beside what it may do. It begins with so many zeros that no password has it.
 *
 * @param seconds of the server's clock
 */
export function changeMark(seconds: number): string {
    return `#${markStart}${Math.floor(seconds).toString(16).padStart(16, "0")}`;
}

const isMark = (hash: string): boolean => hash.startsWith(markStart);

/** When the last mark was made, by the hashes of a user. */
function markedAt(hashes: string[]): number | undefined {
    const marks = hashes.filter(isMark).map((hash) => Number.parseInt(hash.slice(markStart.length), 16));
    return marks.length > 0 ? Math.max(...marks) : undefined;
}

/** What is wrong with a key or channel pattern, or undefined. ACL files know no quotes, so spaces cannot be carried. */
export function patternProblem(pattern: string): string | undefined {
    if (pattern === "") return "is empty; * stands for everything";
    if (/[\s\p{Cc}]/u.test(pattern)) return "holds a space or control character, which ACL rules cannot carry";
    if (/^[~&]/.test(pattern)) return `begins with ${pattern[0]}; write the pattern without it`;
    if (/^%/.test(pattern) && !/^%(R|W|RW|WR)~./i.test(pattern)) return "begins with %, but not with %R~ or %W~";
    return carryProblem(pattern);
}

const keyRule = (pattern: string): string => (/^%(R|W)+~/i.test(pattern) ? pattern : `~${pattern}`);

/** The rules that make a user from nothing, for an ACL file and for ACL SETUSER alike. */
export function aclRules(user: AclUser): string[] {
    return [
        "reset",
        user.enabled ? "on" : "off",
        ...user.passwordHashes.map((hash) => `#${hash}`),
        ...(user.changedAt === undefined ? [] : [changeMark(user.changedAt)]),
        ...user.keys.map(keyRule),
        // `reset` leaves channels to acl-pubsub-default.
        "resetchannels",
        ...user.channels.map((pattern) => `&${pattern}`),
        ...words(canonicalCommands(user.commands)),
    ];
}

/** A reply is foreign: an object in the place of a text need not even have one. */
const text = (value: unknown): string => (typeof value === "object" ? "" : String(value ?? ""));
const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(text) : words(text(value)));

/** The reply of ACL GETUSER (RESP2 list or RESP3 map), or undefined when there is no such user. */
export function parseGetUser(reply: unknown, name = ""): AclUser | undefined {
    const fields = replyFields(reply);
    const flags = strings(fields?.get("flags"));
    if (!fields?.has("flags")) return undefined;
    const selectors = fields.get("selectors");
    const hashes = strings(fields.get("passwords"));
    const changedAt = markedAt(hashes);
    return {
        name,
        enabled: flags.includes("on"),
        passwordHashes: hashes.filter((hash) => !isMark(hash)),
        ...(changedAt === undefined ? {} : { changedAt }),
        keys: strings(fields.get("keys")).map((pattern) => pattern.replace(/^~/, "")),
        channels: strings(fields.get("channels")).map((pattern) => pattern.replace(/^&/, "")),
        commands: canonical(text(fields.get("commands"))),
        extras: [
            ...flags.filter((flag) => flag === "nopass" || flag === "skip-sanitize-payload"),
            ...(Array.isArray(selectors) && selectors.length > 0 ? ["selectors"] : []),
        ],
    };
}

function replyFields(reply: unknown): Map<string, unknown> | undefined {
    if (reply instanceof Map) return reply;
    if (Array.isArray(reply)) {
        const pairs = reply.flatMap((key, index) => (index % 2 === 0 ? [[text(key), reply[index + 1]] as const] : []));
        return new Map(pairs);
    }
    return typeof reply === "object" && reply !== null ? new Map(Object.entries(reply)) : undefined;
}

/**
 * Whether a live user may do exactly what the declared one may, with the same passwords. Names are not compared.
 * Redis 7.2 and later keep command rules as they were given; 7.0 makes up its own, which allow the same.
 */
export function sameUser(declared: AclUser, live: AclUser): boolean {
    if (declared === live) return true;
    const same = [canonical, allowed].some((by) => by(declared.commands) === by(live.commands));
    return same && comparable(declared) === comparable(live);
}

const comparable = memoized((user: AclUser): string => {
    const set = (list: string[]): string[] => [...new Set(list)].sort();
    return JSON.stringify([
        user.enabled,
        set(user.passwordHashes.map((hash) => hash.toLowerCase())),
        set(storedKeys(user.keys)),
        set(user.channels),
        set(user.extras ?? []),
    ]);
}, new WeakMap<AclUser, string>());

/** Key patterns as Redis keeps them: one per pattern, with all that was granted on it; `%RW~` is `~`. */
function storedKeys(patterns: string[]): string[] {
    const granted = new Map<string, Set<string>>();
    for (const pattern of patterns) {
        const [, letters = "RW", rest = pattern] = /^%([RW]+)~(.*)$/is.exec(pattern) ?? [];
        granted.set(rest, new Set([...(granted.get(rest) ?? []), ...letters.toUpperCase()]));
    }
    return [...granted].map(([rest, access]) => (access.size > 1 ? rest : `%${[...access]}~${rest}`));
}
