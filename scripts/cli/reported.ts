import { rmSync } from "node:fs";
import { join } from "node:path";
import { type Entry, readReport, reportFile } from "../../reconcile/report";
import type { PlanDescription } from "../../redis/plan/liveChange";
import type { LastCopy } from "../../redis/preflight/lastCopies";
import { temporaryFolder } from "../setup/temporary";
import type { Session } from "./session";

/** What an update told: why it failed, and which last copies of keys were refused. */
export interface Reported {
    /** Why it failed and what to do, each once. */
    failures: string[];
    copies: LastCopy[];
    /** Which masters take no writes, as it was seen last. */
    refusals: string[];
    /** Which hosts that drain may be rebooted, as it was seen last. */
    draining: string[];
    /** What the program said of the plan; undefined where no servers run. */
    plan?: PlanDescription;
}

/** Does something with the CLI, and returns what came of it with what the program and the convergence told meanwhile. */
export async function reported<T>({ env }: Session, work: () => Promise<T>): Promise<Reported & { result: T }> {
    const folder = temporaryFolder("report");
    const file = join(folder, "report");
    env[reportFile] = file;
    try {
        const result = await work();
        return { result, ...read(readReport(file)) };
    } finally {
        delete env[reportFile];
        rmSync(folder, { recursive: true, force: true });
    }
}

function read(entries: Entry[]): Reported {
    const last = entries.findLast((entry) => entry.kind === "lastCopies");
    const look = entries.findLast((entry) => entry.kind === "writeRefusals");
    const draining = entries.findLast((entry) => entry.kind === "draining");
    return {
        failures: entries.flatMap((entry) => (entry.kind === "failure" ? [entry.text] : [])),
        copies: last?.kind === "lastCopies" ? last.copies : [],
        refusals: look?.kind === "writeRefusals" ? look.sentences : [],
        draining: draining?.kind === "draining" ? draining.sentences : [],
        plan: entries.findLast((entry) => entry.kind === "plan"),
    };
}
