import type { Settings } from "./arguments";
import { otherSpellings, ownedDirectives, type Setting, settings } from "./directives";
import { suggestion } from "./nearest";
import { carryProblem } from "./quoting";
import { type KindRules, kinds } from "./settingKinds";

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
    if (!setting) return unknownProblem(name);
    const problem = valueProblem(value, setting);
    return problem && `${name} ${problem}`;
}

function unknownProblem(name: string): string {
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
 * Why a version of Redis would not start with a setting, or undefined.
 * @param version as INFO says it: `7.0.15`
 */
export function versionProblem(name: string, value: SettingValue, version: string): string | undefined {
    const setting = settings.get(name);
    const text = String(value).toLowerCase();
    const since = setting?.valuesSince?.[text] ?? setting?.since;
    if (!since || atLeast(version, since)) return undefined;
    const what = setting?.valuesSince?.[text] ? `${name} ${text}` : name;
    return `${what} exists from Redis ${since}, and the server is ${version}`;
}

function atLeast(version: string, wanted: string): boolean {
    const [major = 0, minor = 0] = version.split(".").map(Number);
    const [wantedMajor = 0, wantedMinor = 0] = wanted.split(".").map(Number);
    return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}

/** Whether a change of a setting needs a restart of the server: it is read at start only, or unknown here. */
export function needsRestart(name: string): boolean {
    return settings.get(name)?.restart ?? true;
}

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

/**
 * Whether a live value is the declared one, however Redis spells it.
 * @param live what CONFIG GET answers
 */
export function sameValue(name: string, declared: SettingValue, live: string): boolean {
    const rules = rulesOf(name);
    return rules.canonical(linesOf(declared) ?? []) === rules.canonical([live]);
}
