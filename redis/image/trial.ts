import type { Passwords } from "../acl/passwords";
import { aclUsers } from "../acl/users";
import { ownUsersOf } from "../declaration/ownUsers";
import { nodeFiles } from "../model/files/nodeFiles";
import { dataFolder, declaredFolder } from "../model/files/startScript";
import type { Model, NodeModel } from "../model/model";
import { type Product, parseVersion } from "./product";

/** What an image said when a server of it was started for a moment. */
export interface Answer {
    /** Absent when the image has no server. */
    product?: Product;
    /** How many files Docker lets a container open; absent when there is no limit. */
    files?: number;
    /** Every directive with its value, when the server started. */
    settings?: Record<string, string>;
    /** What it printed, when it did not. */
    words: string[];
}

/** Files of a trial, by path. None of them holds a secret. */
export type TrialFiles = Record<string, string>;

/** Stands for every password: what is tried needs none of the real ones. */
const standIn = "trial";

const configuration = `${declaredFolder}/redis.conf`;
const users = `${declaredFolder}/users.acl`;
export const trialScript = `${declaredFolder}/trial`;

/** What a trial with nothing declared starts with: it answers with the server's own defaults. */
export const nothingDeclared: TrialFiles = { [configuration]: "\n" };

/** The declared files of a node, with other passwords. */
export function trialFiles(model: Model, node: NodeModel): TrialFiles {
    const files = nodeFiles(model, node, standIns(model)).filter(({ path }) => [configuration, users].includes(path));
    return Object.fromEntries(files.map(({ path, content }) => [path, content]));
}

function standIns(model: Model): Passwords {
    const names = [...model.users.map(({ name }) => name), ...ownUsersOf(model.topology)];
    return Object.fromEntries(names.map((name) => [name, standIn]));
}

/** The user whose line an ACL file has at a place, counted from 1. */
export function userAt(model: Model, line: number): string | undefined {
    return aclUsers(model, standIns(model))[line - 1]?.name;
}

/** Begins a part of what the script prints: no value of a setting holds such a character. */
const mark = "\u0001";
/** Tenths of a second for which a server may take to answer. */
const tries = 100;

/**
 * Starts a server on the files above in a container of its own, without network, and has it say everything that CONFIG
 * GET knows. It ends by itself. POSIX sh, as the start script.
 */
export const trial = `#!/bin/sh
part() { printf '\\001%s\\n' "$1"; }
server=$(command -v redis-server || command -v valkey-server) || exit 0
cli=$(command -v redis-cli || command -v valkey-cli) || exit 0
part version
"$server" --version
part files
ulimit -n -H 2>/dev/null || ulimit -n

cd ${dataFolder}
port=$(sed -n 's/^"*port"* "*\\([0-9]*\\)"*$/\\1/p' ${configuration})
# An address of the host's own is none in here.
"$server" ${configuration} --bind 127.0.0.1 > trial.log 2>&1 &
pid=$!
tries=0
until "$cli" -p "\${port:-6379}" ping >/dev/null 2>&1; do
    tries=$((tries + 1))
    if ! kill -0 $pid 2>/dev/null || [ $tries -ge ${tries} ]; then
        part refused
        cat trial.log
        kill -9 $pid 2>/dev/null
        exit 0
    fi
    sleep 0.1
done
part settings
if [ -e ${users} ]; then
    REDISCLI_AUTH=${standIn} "$cli" --user administrator -p "\${port:-6379}" config get '*'
else
    "$cli" -p "\${port:-6379}" config get '*'
fi
part end
kill -9 $pid
`;

/** What the script's output says. */
export function parseTrial(output: string): Answer {
    const parts = new Map(
        output
            .split(mark)
            .slice(1)
            .map((part): [string, string] => {
                const [name = "", ...lines] = part.split("\n");
                return [name, lines.join("\n")];
            }),
    );
    const files = Number(parts.get("files")?.trim());
    const settings = parts.has("end") ? pairs(parts.get("settings") ?? "") : undefined;
    return {
        product: parseVersion(parts.get("version") ?? ""),
        ...(Number.isInteger(files) ? { files } : {}),
        ...(settings ? { settings } : {}),
        words: (parts.get("refused") ?? "").split("\n").filter((line) => line.trim()),
    };
}

/** Names and values in turn, one a line. */
function pairs(text: string): Record<string, string> {
    const lines = text.split("\n");
    const found: Record<string, string> = {};
    for (let at = 0; at + 1 < lines.length; at += 2) found[lines[at] ?? ""] = lines[at + 1] ?? "";
    return found;
}
