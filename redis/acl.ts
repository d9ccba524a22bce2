import { createHash } from "node:crypto";
import { suggestion } from "./nearest";
import { carryProblem } from "./quoting";

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
    /** Of a live user only: what declared users never have (`nopass`, selectors, `skip-sanitize-payload`). */
    extras?: string[];
}

/** Categories of commands, of Redis 7.0 up to the modules that Redis 8 brings along. */
const categories = [
    ..."all keyspace read write set sortedset list hash string array bitmap hyperloglog geo stream pubsub".split(" "),
    ..."admin fast slow blocking dangerous connection transaction scripting".split(" "),
    ..."search json timeseries bloom cuckoo cms topk tdigest vectorset".split(" "),
];

const aliases: Record<string, string> = { allcommands: "+@all", nocommands: "-@all" };

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** SHA-256 in hexadecimal, as ACL rules take it after `#`. */
export function hashPassword(password: string): string {
    return createHash("sha256").update(password, "utf8").digest("hex");
}

/**
 * Command rules as Redis 7.0 and later keep them (`ACLSelectorUpdateCommandRules` of acl.c): lower case, first what holds
 * for all commands, then each rule once: a rule takes the place of an earlier one for the same command or category, and
 * one for a command with subcommands that of earlier ones for its subcommands.
 */
export function canonicalCommands(rules: string): string {
    let base = "-@all";
    let kept: string[] = [];
    for (const word of words(rules.toLowerCase())) {
        const rule = aliases[word] ?? word;
        if (rule === "+@all" || rule === "-@all") {
            base = rule;
            kept = [];
            continue;
        }
        const name = rule.slice(1);
        kept = kept.filter((earlier) => earlier.slice(1) !== name && !earlier.slice(1).startsWith(`${name}|`));
        kept.push(rule);
    }
    return [base, ...kept].join(" ");
}

/** What is wrong with command rules, or undefined. Never repeats what looks like a password. */
export function commandsProblem(rules: string): string | undefined {
    const list = words(rules);
    if (list.length === 0) return "needs at least one rule, such as +@all or +get";
    for (const rule of list) {
        if (/^([><#!]|nopass|resetpass)/i.test(rule)) {
            return "holds a password rule; passwords stand below `passwords`, by user";
        }
        if (/^[~&%]|^(all|reset)(keys|channels)$/i.test(rule)) {
            return `holds ${JSON.stringify(rule)}; patterns stand in \`keys\` and \`channels\``;
        }
        if (/^[()]|\)$/.test(rule)) return "holds a selector, which this project does not serve";
        if (Object.hasOwn(aliases, rule.toLowerCase())) continue;
        const [, sign, category, command] = /^([+-])(?:@([a-z_]+)|([a-z][\w.-]*(?:\|[^\s|]+)?))$/i.exec(rule) ?? [];
        if (!sign)
            return `holds ${JSON.stringify(rule)}, which is no rule; rules look like +get, -config|set or +@read`;
        if (category && !categories.includes(category.toLowerCase())) {
            return `holds the unknown category @${category}${suggestion(category, categories)}`;
        }
        const problem = command && carryProblem(command);
        if (problem) return problem;
    }
    return undefined;
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
        ...user.keys.map(keyRule),
        // `reset` leaves channels to acl-pubsub-default.
        "resetchannels",
        ...user.channels.map((pattern) => `&${pattern}`),
        ...words(canonicalCommands(user.commands)),
    ];
}

const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : words(String(value ?? "")));

/** The reply of ACL GETUSER (RESP2 list or RESP3 map), or undefined when there is no such user. */
export function parseGetUser(reply: unknown, name = ""): AclUser | undefined {
    const fields = replyFields(reply);
    const flags = strings(fields?.get("flags"));
    if (!fields?.has("flags")) return undefined;
    const selectors = fields.get("selectors");
    return {
        name,
        enabled: flags.includes("on"),
        passwordHashes: strings(fields.get("passwords")),
        keys: strings(fields.get("keys")).map((pattern) => pattern.replace(/^~/, "")),
        channels: strings(fields.get("channels")).map((pattern) => pattern.replace(/^&/, "")),
        commands: canonicalCommands(String(fields.get("commands") ?? "")),
        extras: [
            ...flags.filter((flag) => flag === "nopass" || flag === "skip-sanitize-payload"),
            ...(Array.isArray(selectors) && selectors.length > 0 ? ["selectors"] : []),
        ],
    };
}

function replyFields(reply: unknown): Map<string, unknown> | undefined {
    if (reply instanceof Map) return reply;
    if (Array.isArray(reply)) {
        const pairs = reply.flatMap((key, index) =>
            index % 2 === 0 ? [[String(key), reply[index + 1]] as const] : [],
        );
        return new Map(pairs);
    }
    return typeof reply === "object" && reply !== null ? new Map(Object.entries(reply)) : undefined;
}

/** Whether a live user may do exactly what the declared one may, with the same passwords. Names are not compared. */
export function sameUser(declared: AclUser, live: AclUser): boolean {
    return comparable(declared) === comparable(live);
}

function comparable(user: AclUser): string {
    const set = (list: string[]): string[] => [...new Set(list)].sort();
    // %RW~ is stored as ~; the letters in any case.
    const keys = user.keys.map((key) =>
        key.replace(/^%([RW]+)~/i, (_, access: string) => {
            const upper = access.toUpperCase();
            return upper.includes("R") && upper.includes("W") ? "" : `%${upper}~`;
        }),
    );
    return JSON.stringify([
        user.enabled,
        set(user.passwordHashes.map((hash) => hash.toLowerCase())),
        set(keys),
        set(user.channels),
        canonicalCommands(user.commands),
        set(user.extras ?? []),
    ]);
}
