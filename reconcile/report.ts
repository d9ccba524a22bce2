import { appendFileSync, readFileSync } from "node:fs";
import type { Allowed, PlanDescription } from "../redis/plan/liveChange";
import type { LastCopy } from "../redis/preflight/lastCopies";

/** Environment variable with the file in which `npm run up` is told what it has to say at its end. */
export const reportFile = "REDIS_ON_DOCKER_REPORT";
/** Environment variable with the words by which `npm run up` lets servers go, as JSON; see `deleteData`. */
export const deleteDataWords = "REDIS_ON_DOCKER_DELETE_DATA";
/** Environment variable by which old passwords end although connections are left that may not know the new ones. */
export const endPasswords = "REDIS_ON_DOCKER_END_PASSWORDS";

/** What the user allowed in answer to the refusals of the run before. */
export function allowed(env: NodeJS.ProcessEnv = process.env): Allowed {
    return { deleteData: JSON.parse(env[deleteDataWords] || "[]"), endPasswords: !!env[endPasswords] };
}

/** One thing that a run tells `npm run up`. */
export type Entry =
    /** What the program says of the plan. */
    | ({ kind: "plan" } & PlanDescription)
    /** Why an update failed and what to do. */
    | { kind: "failure"; text: string }
    /** What was refused because it is the last copy of keys. */
    | { kind: "lastCopies"; copies: LastCopy[] }
    /** Which masters take no writes; each look takes the place of those before. */
    | { kind: "writeRefusals"; sentences: string[] }
    /** Which hosts may be rebooted; each look takes the place of those before. */
    | { kind: "draining"; sentences: string[] };

/** Tells `npm run up` something. False where it is not what runs this. */
export function report(entry: Entry, env: NodeJS.ProcessEnv = process.env): boolean {
    const file = env[reportFile];
    if (!file) return false;
    try {
        appendFileSync(file, `${JSON.stringify(entry)}\n`);
        return true;
    } catch {
        // It has ended, and nobody listens.
        return false;
    }
}

/** What was told, each once; of what takes the place of others, all. */
export function readReport(file: string): Entry[] {
    try {
        const lines = readFileSync(file, "utf8").split("\n");
        return lines.flatMap((line, index) => {
            if (line === "") return [];
            const entry: Entry = JSON.parse(line);
            const isLook = entry.kind === "writeRefusals" || entry.kind === "draining";
            return isLook || lines.indexOf(line) === index ? [entry] : [];
        });
    } catch {
        return [];
    }
}
