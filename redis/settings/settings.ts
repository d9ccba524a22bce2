import type { Settings } from "../declaration/arguments";
import { suggestion } from "../declaration/nearest";
import { atLeast, type Product, show } from "../image/product";
import { otherSpellings, ownedDirectives, type Setting, settings } from "./directives";
import { type KindRules, kinds } from "./kinds";
import { carryProblem } from "./quoting";
import { showMemory } from "./sizes";

export { ownedDirectives, type Setting, settings } from "./directives";

/** The value of a setting: a list is one line per element. */
export type SettingValue = Settings[string];

/** A value as the lines of redis.conf hold it, or undefined when it is of no such type. */
function linesOf(value: unknown): string[] | undefined {
    if (typeof value === "boolean") return [value ? "yes" : "no"];
    if (typeof value === "number") return [String(value)];
    if (typeof value === "string") return [value];
    if (!Array.isArray(value) || value.some((line) => typeof line !== "string")) return undefined;
    return value;
}

const rulesOf = (name: string): KindRules => kinds[settings.get(name)?.kind ?? "string"];

/** What is wrong with a declared setting, in one sentence, or undefined. */
export function settingProblem(name: string, value: unknown): string | undefined {
    const instead = ownedDirectives.get(name);
    if (instead) return `${name} belongs to the deployment: ${instead}`;
    const spelling = otherSpellings.get(name);
    if (spelling) return `${name} is another spelling; write ${spelling}`;
    const setting = settings.get(name);
    if (!setting) return unservedProblem(name);
    const problem = valueProblem(value, setting);
    return problem && `${name} ${problem}`;
}

function unservedProblem(name: string): string {
    const lower = name.toLowerCase();
    const known = [...settings.keys()].filter((candidate) => !ownedDirectives.has(candidate));
    if (known.includes(lower)) return `${name} is written ${lower}`;
    return `${JSON.stringify(name)} is no directive of redis.conf that is served${suggestion(name, known)}`;
}

function valueProblem(value: unknown, setting: Setting): string | undefined {
    const lines = linesOf(value);
    if (!lines) return "must be a text, a number, yes or no, or a list of texts";
    if (lines.some((line) => /\p{Cc}/u.test(line))) return "must not hold control characters";
    const carried = lines.map(carryProblem).find(Boolean);
    return carried ?? kinds[setting.kind].problem(lines, setting);
}

/**
 * Why a server does not know a setting or its value, or undefined.
 * @param known everything that it knows, by name
 */
export function unknownProblem(
    name: string,
    value: SettingValue,
    product: Product,
    known: Readonly<Record<string, string>>,
): string | undefined {
    const setting = settings.get(name);
    const text = String(value).toLowerCase();
    const ofValue = product.name === "Redis" ? setting?.valuesSince?.[text] : undefined;
    if (ofValue && !atLeast(product, ofValue)) {
        return `${name} ${text} exists from Redis ${ofValue}, and the image's server is ${show(product)}`;
    }
    if (Object.hasOwn(known, name)) return undefined;
    return setting?.since
        ? `${name} exists from Redis ${setting.since}, and the image's server is ${show(product)}`
        : `${show(product)}, the image's server, knows no directive ${name}`;
}

/** Whether a change of a setting needs a restart of the server: it is read at start only, or unknown here. */
export function needsRestart(name: string): boolean {
    return settings.get(name)?.restart ?? true;
}

/** The directives that a running server can be told and that a stack file may declare. */
export const liveSettings: readonly string[] = [...settings.keys()].filter(
    (name) => !needsRestart(name) && !ownedDirectives.has(name),
);

/** The lines of redis.conf for a setting: lists of arguments, each beginning with the directive. */
export function toArguments(name: string, value: SettingValue): string[][] {
    return rulesOf(name)
        .arguments(linesOf(value) ?? [])
        .map((line) => [name, ...line]);
}

/** The value to give to CONFIG SET for a setting. Classes of client-output-buffer-limit not declared get their default. */
export function toConfigSet(name: string, value: SettingValue): string {
    const lines = linesOf(value) ?? [];
    const kind = settings.get(name)?.kind;
    return kind === "output-limits" ? kinds[kind].canonical(lines) : rulesOf(name).arguments(lines).flat().join(" ");
}

/** A live value as one would declare it: Redis answers sizes in bytes. */
export function showLive(name: string, live: string): string {
    const isSize = settings.get(name)?.kind === "memory" && /^\d+$/.test(live);
    return isSize ? showMemory(Number(live)) : live || "(empty)";
}

/**
 * Whether a live value is the declared one, however Redis spells it.
 * @param live what CONFIG GET answers
 */
export function sameValue(name: string, declared: SettingValue, live: string): boolean {
    if (declared === live) return true;
    const lines = linesOf(declared) ?? [];
    if (lines.length === 1 && lines[0] === live) return true;
    const rules = rulesOf(name);
    return rules.canonical(lines) === rules.canonical([live]);
}
