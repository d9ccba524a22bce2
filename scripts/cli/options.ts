import { nearest } from "../../redis/declaration/nearest";
import { Failure } from "../setup/failure";
import { fitted, hanging } from "../setup/terminal";

/** An option of a command. */
export interface Option {
    /** With its dashes; the first is the one that help shows. */
    names: [string, ...string[]];
    /** What its value is called; absent of a flag. */
    value?: string;
    help: string;
    /** Whether it is Pulumi's own, and passed on as it is. */
    pulumi?: boolean;
}

/** A command as its help shows it. */
export interface Command {
    name: string;
    summary: string;
    options: Option[];
    /** What else it takes, of a command that is not about a stack. */
    takes?: string;
    /** A word that stands in front of its options. */
    word?: string;
}

/** What was given behind a command. */
export interface Given {
    has(name: string): boolean;
    /** Pulumi's own options with their values, in order. */
    passed: string[];
}

export const stackOption: Option = {
    names: ["--stack", "-s"],
    value: "NAME",
    help: "the stack, whose file is Pulumi.NAME.yaml; dev when absent",
};
const helpOption: Option = { names: ["--help", "-h"], help: "this text" };

/**
 * Reads the arguments of a command, the stack taken out already.
 * @throws a {@link Failure} for an option that there is none of, with the one that may be meant
 */
export function read({ name, options }: Command, args: string[]): Given {
    const given = new Set<string>();
    const passed: string[] = [];
    for (let at = 0; at < args.length; at++) {
        const arg = args[at] as string;
        const [word = "", value] = arg.startsWith("--") ? arg.split(/=(.*)/s) : [arg];
        const option = options.find(({ names }) => names.includes(word));
        if (!option) throw new Failure(unknown(name, word, options));
        given.add(option.names[0]);
        const words = [arg];
        if (option.value && value === undefined) {
            const next = args[++at];
            if (next === undefined) throw new Failure(`${word} needs a value: ${word} ${option.value}`);
            words.push(next);
        }
        if (option.pulumi) passed.push(...words);
    }
    return { has: (option) => given.has(option), passed };
}

/** Whether somebody asks for help. */
export function asksForHelp(args: string[]): boolean {
    return args.some((arg) => helpOption.names.includes(arg));
}

/**
 * A command's help.
 * @param columns how wide it may be; as wide as it is when absent
 */
export function helpOf({ name, summary, options, takes, word }: Command, columns?: number): string {
    const listed = [...(takes === undefined ? [stackOption] : []), ...options, helpOption].map(
        ({ names, value, help }) => [names.join(", ") + (value ? ` ${value}` : ""), help] as const,
    );
    const width = Math.max(...listed.map(([names]) => names.length));
    const left = width + 4;
    const hangs = columns !== undefined && columns >= left + 20;
    const lines = listed.map(
        ([names, help]) => `  ${names.padEnd(width)}  ${hangs ? hanging(help, columns, left) : help}`,
    );
    return [
        `npm run ${name} -- ${word ? `${word} ` : ""}${takes ?? "[options]"}`.trimEnd(),
        "",
        fitted(summary, columns),
        "",
        ...lines,
    ].join("\n");
}

function unknown(command: string, word: string, options: Option[]): string {
    const known = [stackOption, ...options, helpOption].flatMap(({ names }) => names);
    const meant = nearest(word, known);
    const all = `\`npm run ${command} -- --help\` shows what there is`;
    return `npm run ${command} has no option ${word}; ${meant ? `did you mean ${meant}? ` : ""}${all}`;
}
