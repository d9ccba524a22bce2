import { suggestion } from "../declaration/nearest";
import { carryProblem } from "../settings/quoting";
import { commandCategories, knownCommands } from "./commandTable";

/** Categories of commands, of Redis 7.0 up to the modules that Redis 8 brings along. */
const categories = new Set([
    "all",
    ...[...commandCategories.values()].flat(),
    ..."array search json timeseries bloom cuckoo cms topk tdigest vectorset".split(" "),
]);

const aliases: Record<string, string> = { allcommands: "+@all", nocommands: "-@all" };

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);

/** The rules in lower case, one way to say each. */
const normalized = (rules: string): string[] => words(rules.toLowerCase()).map((word) => aliases[word] ?? word);

/**
 * Command rules as Redis 7.2 and later keep them (`ACLSelectorUpdateCommandRules` of acl.c): lower case, first what holds
 * for all commands, then each rule once: a rule takes the place of an earlier one for the same command or category, and
 * one for a command with subcommands that of earlier ones for its subcommands.
 */
export function canonicalCommands(rules: string): string {
    let base = "-@all";
    let kept: string[] = [];
    for (const rule of normalized(rules)) {
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

const subcommandsOf = new Map<string, string[]>();
for (const command of commandCategories.keys()) {
    const [name = "", subcommand] = command.split("|");
    if (subcommand) subcommandsOf.set(name, [...(subcommandsOf.get(name) ?? []), command]);
}

/** All that a rule for one command decides on: it and its subcommands, or first arguments (`select|0`). */
const family = (command: string): string[] => [command, ...(subcommandsOf.get(command) ?? [])];

/**
 * What rules allow to a server of Redis 7.0. That version does not keep the rules, but describes the commands allowed by
 * rules of its own choice; only what both allow can be compared. Rules for what 7.0 does not know stand for themselves.
 */
export function allowedCommands(rules: string): string {
    const allowed: Allowed = { known: new Set(), unknown: new Set() };
    for (const rule of normalized(rules)) {
        const name = rule.slice(1);
        if (name === "@all") {
            allowed.known = new Set(rule === "+@all" ? commandCategories.keys() : []);
            // `+@all` also allows what modules add later.
            allowed.unknown = new Set(rule === "+@all" ? ["@all"] : []);
            continue;
        }
        const decided = name.startsWith("@") ? inCategory(name.slice(1)) : family(name);
        for (const command of decided) decide(allowed, command, rule.startsWith("+"));
    }
    return [...allowed.known, ...allowed.unknown].sort().join(" ");
}

interface Allowed {
    /** Commands of the catalogue. */
    known: Set<string>;
    /** What it does not hold: commands and categories of later versions, with `-` where taken away, and first arguments. */
    unknown: Set<string>;
}

function decide({ known, unknown }: Allowed, command: string, allow: boolean): void {
    const isKnown = commandCategories.has(command);
    const [whole = ""] = command.split("|");
    // A first argument adds nothing to a command that is allowed as a whole.
    if (allow && !isKnown && (known.has(whole) || unknown.has(whole))) return;
    for (const other of unknown) {
        if (other === `-${command}` || other.startsWith(`${command}|`)) unknown.delete(other);
    }
    const same = isKnown ? known : unknown;
    if (allow) same.add(command);
    else same.delete(command);
    if (!allow && !isKnown) unknown.add(`-${command}`);
}

function inCategory(category: string): string[] {
    const members = [...commandCategories].filter(([, of]) => of.includes(category)).flatMap(([name]) => family(name));
    return members.length > 0 ? members : [`@${category}`];
}

/** What is wrong with command rules, as the end of a sentence, or undefined. Never repeats what looks like a password. */
export function commandsProblem(rules: string): string | undefined {
    const list = words(rules);
    if (list.length === 0) return "needs at least one rule, such as +@all or +get";
    return list.map(ruleProblem).find(Boolean);
}

function ruleProblem(rule: string): string | undefined {
    if (/^([><#!]|nopass|resetpass)/i.test(rule)) {
        return "holds a password rule; passwords stand below `passwords`, by user";
    }
    if (/^[~&%]|^(all|reset)(keys|channels)$/i.test(rule)) {
        return `holds ${JSON.stringify(rule)}; patterns stand in \`keys\` and \`channels\``;
    }
    if (/^[()]|\)$/.test(rule)) return "holds a selector, which this project does not serve";
    if (Object.hasOwn(aliases, rule.toLowerCase())) return undefined;
    const [, sign, category, command] = /^([+-])(?:@([a-z_]+)|([a-z][\w.-]*(?:\|[^\s|]+)?))$/i.exec(rule) ?? [];
    if (!sign) return `holds ${JSON.stringify(rule)}, which is no rule; rules look like +get, -config|set or +@read`;
    if (category) {
        if (categories.has(category.toLowerCase())) return undefined;
        return `holds the unknown category @${category}${suggestion(category, categories)}`;
    }
    return commandProblem(sign, (command ?? "").toLowerCase());
}

/** Modules and later versions bring commands that are unknown here: only what looks misspelt is refused. */
function commandProblem(sign: string, command: string): string | undefined {
    const [name = "", argument] = command.split("|");
    const meant = knownCommands.has(name) || name.includes(".") ? "" : suggestion(name, knownCommands);
    if (meant) return `holds the unknown command ${name}${meant}`;
    if (argument === undefined || knownCommands.has(command)) return carryProblem(command);
    const subcommands = family(name).slice(1);
    if (subcommands.length > 0) {
        const near = suggestion(command, subcommands);
        return near && `holds the unknown subcommand ${command}${near}`;
    }
    if (sign === "-" && commandCategories.has(name))
        return `holds -${command}, but Redis takes first arguments away from no command`;
    return carryProblem(command);
}
