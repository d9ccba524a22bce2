import { spawn } from "node:child_process";
import { join } from "node:path";
import { inCopyWith, type PlantedFault } from "../copy";
import type { Kinds } from "../generator";

export interface Planted extends PlantedFault {
    /** Which sequences are tried: those that have to do with it, since each takes seconds. */
    kinds: Kinds;
}

/** Trees whose only copies are in memory, and servers without any replica. */
const inMemory: Partial<Kinds> = { shapes: ["star", "chain"], keepings: [["none"]], replicas: [2] };
const alone: Partial<Kinds> = { shapes: ["star"], replicas: [0] };

/** No quarantine, another order, slots that are forgotten, and mends of losses that were found once, taken out. */
export const plantedFaults: Planted[] = [
    {
        name: "a master that comes up empty stays a master",
        file: "redis/model/files/startScript.ts",
        from: 'if [ -z "$line" ] && [ -z "$data" ]; then',
        to: "if false; then",
        kinds: { actions: 2, ...inMemory, changes: ["nothing", "setting", "user"], faults: ["kill", "wipe"] },
    },
    {
        name: "a snapshot counts as data that the server has not kept up to date",
        file: "redis/model/files/keptData.ts",
        from: 'elif [ -n "$has_snapshot" ] && { [ $appendonly = yes ] || [ -n "$own_snapshot" ]; }; then',
        to: 'elif [ -n "$has_snapshot" ]; then',
        kinds: { actions: 3, ...inMemory, changes: ["nothing", "restart"], faults: ["kill"] },
    },
    {
        name: "all servers are replaced at once",
        file: "redis/plan/rollout/waves.ts",
        from: 'const absent = of("absent", "idle");',
        to: 'const absent = of("absent", "idle", "inSync", "master");',
        kinds: { actions: 1, ...inMemory, changes: ["restart", "image", "everything"], faults: [] },
    },
    {
        name: "only masters hand over whose replacement was foreseen",
        file: "redis/plan/rollout/rollingUpdate.ts",
        from: "if (replaced.some((node) => before.has(node) && !expected.has(node)))",
        to: "if (replaced.length < 0)",
        kinds: { actions: 1, ...inMemory, changes: ["nothing", "setting", "memory"], faults: ["unforeseen"] },
    },
    {
        name: "files that get another name are not carried over",
        file: "redis/model/files/keptData.ts",
        from: 'if [ -n "$2" ] && [ "$1$2$4" != "$3" ] && [ -e "$1$2$4" ]; then',
        to: "if false; then",
        kinds: { actions: 2, ...alone, changes: ["restart"], faults: [] },
    },
    {
        name: "the log is switched off before a snapshot holds everything",
        file: "redis/plan/persistence.ts",
        from: 'return live.appendonly === "yes" || live.save === "" ? "snapshot" : undefined;',
        to: "return undefined;",
        kinds: { actions: 2, ...alone, changes: ["persistence"], faults: ["kill", "restartAll"] },
    },
    {
        name: "a newcomer that takes a master's place keeps its replicas waiting",
        file: "redis/plan/rollout/roles.ts",
        from: 'if (step.kind === "configure") return unguarded(step);',
        to: "",
        kinds: { actions: 1, shapes: ["cluster"], changes: ["image", "restart"], faults: ["wipe"] },
    },
    {
        name: "the slots of a shard that leaves are forgotten",
        file: "redis/plan/cluster/phases.ts",
        from: "const steps = moves(desired.model, clusterState);",
        to: "const steps = moves(desired.model, clusterState).slice(0, 0);",
        kinds: { actions: 1, shapes: ["cluster"], changes: ["removeShard"], faults: [] },
    },
];

/** What sequences on real servers need to run. */
const needed = ["reconcile", "components", "redis", "scripts", "test", "package.json", "tsconfig.json"];

/** How a planted fault was found. */
export interface Found {
    /** Sequences until then, itself included. */
    sequences: number;
    problem: string;
}

/** Puts a fault into a copy of the tree, and tries sequences there, in a process of its own, until it is found. */
export async function search(
    planted: Planted,
    seed: number,
    most: number,
    minutes: number,
): Promise<Found | undefined> {
    return inCopyWith(planted, needed, async (folder) => {
        const output = await run(folder, [String(seed), String(most), String(minutes), JSON.stringify(planted.kinds)]);
        return JSON.parse(output.trim().split("\n").at(-1) ?? "null") ?? undefined;
    });
}

/** Runs the search in a copy of the tree; what it printed. */
function run(folder: string, args: string[]): Promise<string> {
    const program = join(folder, "test", "sequences", "servers", "search.ts");
    const child = spawn(process.execPath, ["--import=tsx", program, ...args], {
        cwd: folder,
        stdio: ["ignore", "pipe", "inherit"],
    });
    let output = "";
    child.stdout.on("data", (chunk) => {
        output += chunk;
    });
    return new Promise((resolve, reject) => {
        child.once("error", reject);
        child.once("close", (code) =>
            code === 0 ? resolve(output) : reject(new Error(`the search ended with ${code}: ${output}`)),
        );
    });
}
