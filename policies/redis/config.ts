/** Parses redis.conf and sentinel.conf, quoting as Redis does (`sdssplitargs`). */

/** One line of a configuration, wherever it came from. */
export interface Directive {
    /** In lower case, in today's spelling (`replicaof`, whatever the file writes). */
    readonly name: string;
    readonly values: readonly string[];
    /** Where it stands: a file's path, `command` or `environment`. */
    readonly source: string;
}

const synonyms: Readonly<Record<string, string>> = {
    slaveof: "replicaof",
    "slave-announce-ip": "replica-announce-ip",
    "slave-announce-port": "replica-announce-port",
    "slave-priority": "replica-priority",
    "slave-read-only": "replica-read-only",
    "slave-serve-stale-data": "replica-serve-stale-data",
    primaryof: "replicaof",
    primaryauth: "masterauth",
    primaryuser: "masteruser",
};

/** Stands for a value that is there and cannot be seen: known later, computed by a shell, read from a file. */
export const unseen = "\u0000unseen";

/** Makes a directive with its name in today's spelling. */
export function directive(name: string, values: readonly string[], source: string): Directive {
    const lower = name.toLowerCase();
    return { name: synonyms[lower] ?? lower, values, source };
}

/** Parses a configuration text. Lines that Redis would refuse are left out. */
export function parseConfig(text: string, source: string): Directive[] {
    const directives: Directive[] = [];
    for (const line of text.split(/\r?\n/)) {
        const trimmed = line.trim();
        if (trimmed === "" || trimmed.startsWith("#")) {
            continue;
        }
        const [name, ...values] = splitLine(trimmed) ?? [];
        if (name !== undefined && name !== "") {
            directives.push(directive(name, values, source));
        }
    }
    return directives;
}

const escapes: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/** Splits a line into words; undefined when its quotes do not balance. */
export function splitLine(line: string): string[] | undefined {
    const words: string[] = [];
    let index = 0;
    while (true) {
        while (/\s/.test(line.charAt(index))) {
            index++;
        }
        if (index >= line.length) {
            return words;
        }
        let word = "";
        let quote: string | undefined;
        for (; index < line.length; index++) {
            const character = line.charAt(index);
            if (quote === undefined) {
                if (/\s/.test(character)) {
                    break;
                }
                if (character === '"' || character === "'") {
                    quote = character;
                } else {
                    word += character;
                }
            } else if (quote === '"' && character === "\\" && index + 1 < line.length) {
                const hexadecimal = /^x[0-9a-fA-F]{2}/.exec(line.slice(index + 1));
                if (hexadecimal !== null) {
                    word += String.fromCharCode(Number.parseInt(line.slice(index + 2, index + 4), 16));
                    index += 3;
                } else {
                    index++;
                    word += escapes[line.charAt(index)] ?? line.charAt(index);
                }
            } else if (quote === "'" && character === "\\" && line.charAt(index + 1) === "'") {
                word += "'";
                index++;
            } else if (character === quote) {
                const next = line.charAt(index + 1);
                if (next !== "" && !/\s/.test(next)) {
                    return undefined;
                }
                quote = undefined;
            } else {
                word += character;
            }
        }
        if (quote !== undefined) {
            return undefined;
        }
        words.push(word);
    }
}

/** A configuration in the order in which Redis applies it. */
export class Settings {
    constructor(
        readonly directives: readonly Directive[],
        /** False when a part of the configuration cannot be seen: what is absent here may then be there. */
        readonly complete: boolean,
    ) {}

    /** The last line of that name; Redis lets the last one win. */
    last(name: string): Directive | undefined {
        return this.directives.findLast((candidate) => candidate.name === name);
    }

    /** The first value of the last line of that name. */
    value(name: string): string | undefined {
        return this.last(name)?.values[0];
    }

    /** Every line of that name. */
    all(name: string): Directive[] {
        return this.directives.filter((candidate) => candidate.name === name);
    }

    /** Whether a yes-or-no setting is on; `fallback` when it is not there. */
    isOn(name: string, fallback: boolean): boolean {
        const value = this.value(name)?.toLowerCase();
        return value === undefined ? fallback : value === "yes";
    }
}

/** A size as Redis writes it (`256mb`), in bytes; absent when it does not parse. */
export function parseSize(text: string): number | undefined {
    const match = /^(\d+)(b|k|kb|m|mb|g|gb)?$/i.exec(text.trim());
    if (match === null) {
        return undefined;
    }
    const factors: Record<string, number> = {
        "": 1,
        b: 1,
        k: 1e3,
        kb: 1024,
        m: 1e6,
        mb: 1024 ** 2,
        g: 1e9,
        gb: 1024 ** 3,
    };
    return Number(match[1]) * (factors[(match[2] ?? "").toLowerCase()] ?? 1);
}
