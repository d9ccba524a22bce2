/** Parses ACL users and says what they may run. */

import { categoriesOf } from "./commands";
import { type Directive, directive } from "./config";

/** One ACL user after all its rules. */
export interface User {
    readonly name: string;
    readonly enabled: boolean;
    readonly nopass: boolean;
    /** Passwords in the clear. Never print them. */
    readonly passwords: readonly string[];
    /** Passwords as SHA-256, in lower-case hexadecimal. */
    readonly hashes: readonly string[];
    readonly allKeys: boolean;
    /** Command rules in order, those of the user and then of each selector. */
    readonly permissions: readonly (readonly string[])[];
    /** Where the user is declared. */
    readonly source: string;
}

/** The user that exists without any ACL: on, without a password, everything allowed. */
export function defaultUser(source: string, password?: string): User {
    return {
        name: "default",
        enabled: true,
        nopass: password === undefined || password === "",
        passwords: password === undefined || password === "" ? [] : [password],
        hashes: [],
        allKeys: true,
        permissions: [["+@all"]],
        source,
    };
}

/** The users of an ACL file's text. */
export function parseAclFile(text: string, source: string): User[] {
    const lines = text.split(/\r?\n/).map((line) => line.trim().split(/\s+/));
    // Unlike redis.conf, the file knows no quotes.
    return usersOf(
        lines.filter(([word]) => word === "user").map(([word = "", ...values]) => directive(word, values, source)),
    );
}

/** The users of `user` lines. Later rules for one name continue the earlier ones. */
export function usersOf(lines: readonly Directive[]): User[] {
    const users = new Map<string, User>();
    for (const line of lines) {
        const [name, ...rules] = line.values;
        if (name !== undefined) {
            // The default user too starts with nothing once a line speaks of it.
            const before = users.get(name) ?? emptyUser(name, line.source);
            users.set(name, applyRules(before, rules));
        }
    }
    return [...users.values()];
}

function emptyUser(name: string, source: string): User {
    return {
        name,
        enabled: false,
        nopass: false,
        passwords: [],
        hashes: [],
        allKeys: false,
        permissions: [[]],
        source,
    };
}

function applyRules(user: User, rules: readonly string[]): User {
    let { enabled, nopass, allKeys } = user;
    let passwords = [...user.passwords];
    let hashes = [...user.hashes];
    let root = [...(user.permissions[0] ?? [])];
    let selectors = user.permissions.slice(1).map((selector) => [...selector]);
    let selector: string[] | undefined;
    for (const rule of rules) {
        const lower = rule.toLowerCase();
        if (selector !== undefined || rule.startsWith("(")) {
            selector ??= [];
            const inner = rule.replace(/^\(/, "").replace(/\)$/, "");
            if (/^[+-]|^(?:all|no)commands$/i.test(inner)) {
                selector.push(inner.toLowerCase());
            }
            if (rule.endsWith(")")) {
                selectors.push(selector);
                selector = undefined;
            }
        } else if (lower === "on" || lower === "off") {
            enabled = lower === "on";
        } else if (lower === "nopass") {
            nopass = true;
            passwords = [];
            hashes = [];
        } else if (lower === "resetpass") {
            nopass = false;
            passwords = [];
            hashes = [];
        } else if (rule.startsWith(">")) {
            passwords.push(rule.slice(1));
            nopass = false;
        } else if (rule.startsWith("#")) {
            hashes.push(lower.slice(1));
            nopass = false;
        } else if (rule.startsWith("<")) {
            passwords = passwords.filter((password) => password !== rule.slice(1));
        } else if (rule.startsWith("!")) {
            hashes = hashes.filter((hash) => hash !== lower.slice(1));
        } else if (lower === "allkeys" || rule === "~*" || /^%(?:rw|wr)~\*$/.test(lower)) {
            allKeys = true;
        } else if (lower === "resetkeys") {
            allKeys = false;
        } else if (lower === "reset") {
            enabled = false;
            nopass = false;
            allKeys = false;
            passwords = [];
            hashes = [];
            root = [];
            selectors = [];
        } else if (lower === "clearselectors") {
            selectors = [];
        } else if (/^[+-]|^(?:all|no)commands$/.test(lower)) {
            root.push(lower);
        }
    }
    return { ...user, enabled, nopass, allKeys, passwords, hashes, permissions: [root, ...selectors] };
}

/** Whether a user may run a command with every argument (`+config|get` alone does not count), or a subcommand. */
export function mayRun(user: User, command: string): boolean {
    return user.permissions.some((rules) => allows(rules, command.toLowerCase()));
}

function allows(rules: readonly string[], command: string): boolean {
    const categories = categoriesOf(command);
    const container = command.replace(/\|.*/, "");
    let allowed = false;
    for (const rule of rules) {
        const target = rule.slice(1);
        if (rule === "allcommands" || rule === "+@all") {
            allowed = true;
        } else if (rule === "nocommands" || rule === "-@all") {
            allowed = false;
        } else if (
            target === command ||
            target === container ||
            (target.startsWith("@") && categories.includes(target.slice(1)))
        ) {
            allowed = rule.startsWith("+");
        }
    }
    return allowed;
}

/** Whether nothing but PING (and what every connection needs) is open to a user. */
export function mayOnlyPing(user: User): boolean {
    return user.permissions.every((rules) => {
        const open = new Set<string>();
        for (const rule of rules) {
            if (rule === "nocommands" || rule === "-@all") {
                open.clear();
            } else if (rule === "allcommands" || rule.startsWith("+")) {
                open.add(rule);
            } else {
                open.delete(`+${rule.slice(1)}`);
            }
        }
        return [...open].every((rule) => /^\+(?:ping|hello|auth|quit|reset|echo)$/.test(rule));
    });
}

/** Whether a user may run every command on every key: what an administrator may. */
export function isUnrestricted(user: User): boolean {
    return (
        user.allKeys &&
        user.permissions.some((rules) => {
            const lastReset = Math.max(rules.lastIndexOf("-@all"), rules.lastIndexOf("nocommands"));
            const lastAll = Math.max(rules.lastIndexOf("+@all"), rules.lastIndexOf("allcommands"));
            return lastAll > lastReset && !rules.slice(lastAll + 1).some((rule) => rule.startsWith("-"));
        })
    );
}
