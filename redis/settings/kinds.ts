import { suggestion } from "../declaration/nearest";
import type { Kind, Setting } from "./directives";
import { parseMemory } from "./sizes";

/** How the values of one kind are judged, written and compared. Values come as one text per line of redis.conf. */
export interface KindRules {
    /** What is wrong, as the end of a sentence that begins with the directive's name. */
    problem(lines: string[], setting: Setting): string | undefined;
    /** One spelling for all values that mean the same to Redis. */
    canonical(lines: string[]): string;
    /** The arguments of each line. */
    arguments(lines: string[]): string[][];
}

const words = (line: string): string[] => line.split(/\s+/).filter(Boolean);

/** A kind of one argument. */
function single(
    problem: (value: string, setting: Setting) => string | undefined,
    canonical: (value: string) => string = (value) => value,
): KindRules {
    return {
        problem: (lines, setting) =>
            lines.length === 1 ? problem(lines[0] ?? "", setting) : "takes one value, not a list of them",
        canonical: (lines) => canonical(lines[0] ?? ""),
        arguments: (lines) => [[lines[0] ?? ""]],
    };
}

/** A kind of several arguments on one line. */
function several(
    problem: (list: string[], setting: Setting) => string | undefined,
    canonical: (list: string[]) => string = (list) => list.join(" "),
): KindRules {
    return {
        problem: (lines, setting) => problem(lines.flatMap(words), setting),
        canonical: (lines) => canonical(lines.flatMap(words)),
        // No argument at all is a syntax error to Redis; one empty argument means none.
        arguments: (lines) => [lines.some((line) => words(line).length > 0) ? lines.flatMap(words) : [""]],
    };
}

const integerLike = /^-?(0|[1-9]\d*)$/;

function bounds(value: number, { min = 0, max }: Setting): string | undefined {
    if (value >= min && (max === undefined || value <= max)) return undefined;
    return max === undefined ? `must be at least ${min}` : `must be from ${min} to ${max}`;
}

function memoryProblem(value: string, setting: Setting): string | undefined {
    const bytes = parseMemory(value);
    return bytes === undefined ? "must be a size such as 512mb" : bounds(bytes, setting);
}

const memoryCanonical = (value: string): string => String(parseMemory(value) ?? value);
const percent = /^(\d+)%$/;

/** Redis answers the first of two names for one value. */
const enumSynonyms: Record<string, string> = { relative: "yes" };

function enumProblem(value: string, { values = [] }: Setting): string | undefined {
    if (values.includes(value.toLowerCase())) return undefined;
    return `must be one of ${values.join(", ")}${suggestion(value, values)}`;
}

function flagsProblem(list: string[], setting: Setting): string | undefined {
    if (list.length === 0) return `must name at least one of ${setting.values?.join(", ")}`;
    return list.map((word) => enumProblem(word, setting)).find(Boolean);
}

function saveProblem(list: string[]): string | undefined {
    const fine =
        list.length % 2 === 0 &&
        list.every((word, index) => /^\d{1,9}$/.test(word) && (index % 2 || Number(word) >= 1));
    return fine ? undefined : "must be pairs of seconds and changes such as 3600 1 300 100, or empty for no snapshots";
}

/** Redis's own limits: hard, soft, seconds (`clientBufferLimitsDefaults` of config.c). */
const limitDefaults: Record<string, string> = {
    normal: "0 0 0",
    replica: `${256 * 1024 ** 2} ${64 * 1024 ** 2} 60`,
    pubsub: `${32 * 1024 ** 2} ${8 * 1024 ** 2} 60`,
};

function limitGroups(lines: string[]): string[][] {
    const all = lines.flatMap(words);
    return Array.from({ length: Math.ceil(all.length / 4) }, (_, index) => all.slice(index * 4, index * 4 + 4));
}

function limitsProblem(lines: string[]): string | undefined {
    const groups = limitGroups(lines);
    const classes = groups.map(([name = ""]) => name.toLowerCase());
    if (classes.includes("slave")) return "must name the class replica, not slave";
    const fine =
        groups.length > 0 &&
        groups.every(
            ([name = "", hard = "", soft = "", seconds = ""]) =>
                Object.hasOwn(limitDefaults, name.toLowerCase()) &&
                parseMemory(hard) !== undefined &&
                parseMemory(soft) !== undefined &&
                /^\d{1,9}$/.test(seconds),
        );
    if (!fine)
        return "must be a class (normal, replica, pubsub), a hard limit, a soft limit and seconds: replica 256mb 64mb 60";
    return new Set(classes).size < classes.length ? "names one class of clients twice" : undefined;
}

/** All three classes: what is not declared has Redis's default. */
function limitsCanonical(lines: string[]): string {
    const limits = { ...limitDefaults };
    for (const [name = "", hard = "", soft = "", seconds = ""] of limitGroups(lines)) {
        const known = name.toLowerCase() === "slave" ? "replica" : name.toLowerCase();
        limits[known] = [memoryCanonical(hard), memoryCanonical(soft), Number(seconds)].join(" ");
    }
    return Object.entries(limits)
        .map(([name, limit]) => `${name} ${limit}`)
        .join(" ");
}

/** `A` of notify-keyspace-events stands for these (`NOTIFY_ALL` of server.h). */
const allEvents = "g$lshzxetd";
/** The others: K and E choose the channel, m misses, n new keys, o overwritten, c changed type (both from 8.2). */
const otherEvents = "KEmnoc";

function eventsCanonical(value: string): string {
    return [...new Set(value.replace("A", allEvents))].sort().join("");
}

function eventsProblem(value: string): string | undefined {
    const unknown = [...value].find((letter) => !`A${allEvents}${otherEvents}`.includes(letter));
    return unknown && `must be letters out of A${allEvents}${otherEvents}`;
}

/** As Redis prints them: at most six digits, no zeros at the end. */
const percentile = (word: string): string => String(Number(Number(word).toFixed(6)));

export const kinds: Record<Kind, KindRules> = {
    boolean: single(
        (value) => (/^(yes|no)$/i.test(value) ? undefined : "must be yes or no"),
        (value) => value.toLowerCase(),
    ),
    integer: single((value, setting) => {
        if (!integerLike.test(value)) return "must be a whole number";
        return bounds(Number(value), setting);
    }),
    memory: single(memoryProblem, memoryCanonical),
    "memory-or-percent": single((value, setting) => {
        const share = percent.exec(value)?.[1];
        if (share === undefined)
            return memoryProblem(value, setting) && "must be a size such as 512mb or a share such as 5%";
        return Number(share) <= 100 ? undefined : "must be at most 100%";
    }, memoryOrPercentCanonical),
    enum: single(enumProblem, (value) => enumSynonyms[value.toLowerCase()] ?? value.toLowerCase()),
    flags: several(flagsProblem, (list) => [...new Set(list.map((word) => word.toLowerCase()))].sort().join(" ")),
    string: single((value, { pattern }) => {
        if (/\p{Cc}/u.test(value)) return "must not hold control characters";
        return pattern && !pattern.like.test(value) ? `must be ${pattern.words}` : undefined;
    }),
    save: {
        ...several(saveProblem, (list) => list.map(Number).join(" ")),
        arguments: (lines) => {
            const filled = lines.map(words).filter((line) => line.length > 0);
            return filled.length > 0 ? filled : [[""]];
        },
    },
    "output-limits": {
        problem: limitsProblem,
        canonical: limitsCanonical,
        arguments: limitGroups,
    },
    events: single(eventsProblem, eventsCanonical),
    "oom-scores": several((list) => {
        const fine =
            list.length === 3 && list.every((word) => integerLike.test(word) && Math.abs(Number(word)) <= 2000);
        return fine ? undefined : "must be three whole numbers from -2000 to 2000: master, replica, child";
    }),
    percentiles: several(
        (list) => {
            const fine = list.every((word) => /^\d+(\.\d+)?$/.test(word) && Number(word) <= 100);
            return fine ? undefined : "must be numbers from 0 to 100";
        },
        (list) => list.map(percentile).join(" "),
    ),
};

/** 0% is 0: Redis keeps shares as negative numbers. */
function memoryOrPercentCanonical(value: string): string {
    const share = percent.exec(value)?.[1];
    if (share === undefined) return memoryCanonical(value);
    return Number(share) === 0 ? "0" : `${Number(share)}%`;
}
