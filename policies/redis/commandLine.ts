/** What a container's entrypoint and command start. */

import { type Directive, directive, unseen } from "./config";
import { UNKNOWN, type Unknown } from "./plain";
import { baseName, isShell, shellCommands } from "./shell";

/** A server found in a command. */
export interface Invocation {
    readonly kind: "server" | "sentinel";
    /** The program's name, absent where only arguments are given and the image's entrypoint adds the program. */
    readonly program?: string;
    /** The configuration file named as first argument; UNKNOWN when it is known only later or computed by a shell. */
    readonly file?: string | Unknown;
    /** Settings given as arguments (`--port 6380`). */
    readonly directives: readonly Directive[];
    /** False when some word is known only later. */
    readonly complete: boolean;
}

/** What a command is, as far as its words tell. */
export type Command =
    | { readonly is: "server"; readonly invocation: Invocation }
    /** A shell script in a file: what it starts is in the file. */
    | { readonly is: "script"; readonly path: string }
    /** Nothing given: the image decides. */
    | { readonly is: "default" }
    /** Something else, such as redis-cli or sleep. */
    | { readonly is: "other" }
    | { readonly is: "unknown" };

type Words = readonly (string | Unknown)[];

const servers = /^(?:redis|valkey|keydb)-server(?:-\d.*)?$|^redis-stack-server$/;
const sentinels = /^(?:redis|valkey|keydb)-sentinel$/;
const tools = /^(?:redis|valkey)-(?:cli|benchmark|check-aof|check-rdb)$/;

/** Reads an entrypoint and a command together. */
export function readCommand(entrypoint: Words | Unknown, command: Words | Unknown): Command {
    if (entrypoint === UNKNOWN || command === UNKNOWN) {
        return { is: "unknown" };
    }
    return readWords([...entrypoint, ...command]);
}

function readWords(all: Words): Command {
    const words = withoutWrappers(all);
    const first = words[0];
    if (first === undefined) {
        return { is: "default" };
    }
    if (first === UNKNOWN) {
        return { is: "unknown" };
    }
    if (servers.test(baseName(first)) || sentinels.test(baseName(first))) {
        return { is: "server", invocation: invocation(words) };
    }
    // The official entrypoint puts `redis-server` before a flag or a configuration file.
    if (first.startsWith("-") || first.endsWith(".conf")) {
        return { is: "server", invocation: invocation(["redis-server", ...words], true) };
    }
    if (tools.test(baseName(first))) {
        return { is: "other" };
    }
    if (isShell(first)) {
        return readShell(words.slice(1));
    }
    if (/\.sh$/.test(first)) {
        return { is: "script", path: first };
    }
    return { is: "other" };
}

/** Reads what follows `sh`: `-c TEXT` or a script's path. */
function readShell(words: Words): Command {
    for (const [index, word] of words.entries()) {
        if (word === UNKNOWN) {
            return { is: "unknown" };
        }
        if (/^-[a-z]*c[a-z]*$/.test(word)) {
            const text = words[index + 1];
            if (text === undefined || text === UNKNOWN) {
                return { is: "unknown" };
            }
            return readScript(text);
        }
        if (!/^[-+]/.test(word)) {
            return { is: "script", path: word };
        }
    }
    return { is: "default" };
}

/** Finds the server that a shell text starts. */
export function readScript(text: string): Command {
    let script: Command | undefined;
    for (const simple of shellCommands(text)) {
        // What the shell computes is not known here.
        const command = readWords(simple.map((word) => (/[$`]/.test(word) ? UNKNOWN : word)));
        if (command.is === "server" && command.invocation.program !== undefined) {
            return command;
        }
        if (command.is === "script" || (command.is === "unknown" && script === undefined)) {
            script = command;
        }
    }
    return script ?? { is: "other" };
}

const wrappers = new Set([
    "exec",
    "env",
    "gosu",
    "su-exec",
    "setpriv",
    "tini",
    "dumb-init",
    "nohup",
    "nice",
    "ionice",
    "numactl",
    "timeout",
    "sudo",
    "su",
    "then",
    "else",
    "do",
    "if",
    "!",
]);

/** Leaves out what runs another program: `exec`, `env A=b`, `gosu redis`, `tini --`, the official entrypoint. */
function withoutWrappers(words: Words): Words {
    let index = 0;
    let wrapped = false;
    for (; index < words.length; index++) {
        const word = words[index];
        if (word === UNKNOWN || word === undefined) {
            break;
        }
        const name = baseName(word);
        if (/^(?:command|which|type|hash)$/.test(name)) {
            return ["true"];
        }
        if (/^(?:docker-entrypoint(?:\.sh)?|entrypoint\.sh)$/.test(name)) {
            wrapped = false;
        } else if (wrappers.has(name) || /^[A-Za-z_][A-Za-z_0-9]*=/.test(word)) {
            wrapped = true;
        } else if (wrapped && isServer(words, index)) {
            break;
        } else if (wrapped && words.slice(index + 1).some((later) => later !== UNKNOWN && isProgram(later))) {
            // An argument of the wrapper, before the program that it runs.
        } else {
            break;
        }
    }
    return words.slice(index);
}

function isProgram(word: string): boolean {
    const name = baseName(word);
    return servers.test(name) || sentinels.test(name) || isShell(name) || tools.test(name);
}

function isServer(words: Words, index: number): boolean {
    const word = words[index];
    return word !== undefined && word !== UNKNOWN && isProgram(word);
}

function invocation(words: Words, implied = false): Invocation {
    const program = words[0] as string;
    const rest = words.slice(1);
    const directives: Directive[] = [];
    let file: string | Unknown | undefined;
    let complete = true;
    let sentinel = sentinels.test(baseName(program));
    let name: string | undefined;
    let values: string[] = [];
    const end = (): void => {
        if (name === "sentinel" && values.length === 0) {
            sentinel = true;
        } else if (name !== undefined) {
            directives.push(directive(name, values, "command"));
        }
        name = undefined;
        values = [];
    };
    for (const [index, word] of rest.entries()) {
        if (word === UNKNOWN) {
            if (index === 0) {
                file = UNKNOWN;
            } else if (name !== undefined && values.length === 0) {
                values.push(unseen);
            } else {
                // It may be any setting.
                complete = false;
            }
        } else if (word.startsWith("--") && word.length > 2) {
            end();
            // `--port 6380` and, as one word, `--save ""` or `--port=6380` written by mistake.
            const [first = "", ...more] = word.slice(2).split(/\s+/);
            name = first;
            values = more.map((value) => value.replace(/^(["'])(.*)\1$/, "$2"));
        } else if (/^\d?[<>]/.test(word)) {
            break;
        } else if (index === 0 && word !== "-") {
            file = word;
        } else if (name !== undefined) {
            values.push(word);
        } else if (word === "-") {
            complete = false;
        }
    }
    end();
    return {
        kind: sentinel ? "sentinel" : "server",
        program: implied ? undefined : baseName(program),
        file,
        directives,
        complete,
    };
}
