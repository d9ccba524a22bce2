import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Fault } from "./actions";
import type { Found } from "./memory/campaign";

const root = join(__dirname, "..", "..");

/** A fault that is put into the product's text: it has to be found, or sequences prove nothing. */
export interface Planted {
    name: string;
    file: string;
    from: string;
    to: string;
    /** What has to go wrong for it to matter, where that is one thing: sequences try only that. */
    fault?: Fault["kind"];
}

/** Faults in the planners. Those that were found once are their mends, taken out. */
export const plantedFaults: Planted[] = [
    {
        name: "a declared master that came up empty is promoted although others have data",
        file: "redis/replication/roles.ts",
        from: "const withKeys = [...others, master].filter(({ redis }) => redis.keys > 0);",
        to: "const withKeys: Live[] = [];",
    },
    {
        name: "a server that cannot be read is taken for an absent one",
        file: "redis/rollout/standing.ts",
        from: '? "unreadable" : "absent"',
        to: '? "absent" : "absent"',
        fault: "stop",
    },
    {
        name: "containers are replaced whatever has become of their servers since they were chosen",
        file: "redis/rollout/standing.ts",
        from: 'return ["absent", "idle", "inSync"].includes(standing);',
        to: 'return standing !== "master";',
        fault: "stop",
    },
    {
        name: "masters are replaced without a handover",
        file: "redis/rollout/standing.ts",
        from: 'return ["absent", "idle", "inSync"].includes(standing);',
        to: "return true;",
    },
    {
        name: "offsets of different histories are compared",
        file: "redis/replication/live.ts",
        from: "const isRelated = (one: RedisObservation, other: RedisObservation): boolean =>",
        to: "const isRelated = (one: RedisObservation, other: RedisObservation): boolean => true ||",
    },
    {
        name: "a replica changes how it keeps its data before it is connected",
        file: "redis/persistence.ts",
        from: " || (redis.fromDisk && redis.keys > 0)",
        to: "",
        fault: "restartAll",
    },
    {
        name: "somebody becomes the master whose log does not hold everything yet",
        file: "redis/persistence.ts",
        from: 'if (!log || !node || declaredKeeping(node).appendonly !== "yes") return true;',
        to: "if (log !== undefined || log === undefined) return true;",
        fault: "restartAll",
    },
    {
        name: "a server that does not answer yet is not waited for before another one is promoted",
        file: "redis/replication/live.ts",
        from: "return observation.some(({ gone, redis }) => !gone && (!redis || isLoading(redis)));",
        to: "return observation.length === 0;",
    },
    {
        name: "newcomers wait for a handover that waits for them",
        file: "redis/rollout/roles.ts",
        from: "if (complete || !current) return steps;",
        to: 'if (complete || !current || current) return steps.filter(({ kind }) => kind !== "failover" || complete);',
    },
    {
        name: "a second master is promoted while an update hands over",
        file: "redis/replication/roles.ts",
        from: "redis.linkDownSeconds < handoverSeconds &&",
        to: "redis.linkDownSeconds < 0 &&",
        fault: "twoUps",
    },
];

/** What sequences need to run: pure code, and themselves. */
const needed = ["redis", "test/sequences", "package.json", "tsconfig.json"];

/** Puts a fault into a copy of the tree and tries sequences there, in a process of its own. */
export async function searchWith(
    { file, from, to, fault }: Planted,
    seed: number,
    count: number,
): Promise<Found | undefined> {
    const folder = await mkdtemp(join(tmpdir(), "planted-"));
    try {
        await Promise.all(needed.map((path) => cp(join(root, path), join(folder, path), { recursive: true })));
        await symlink(join(root, "node_modules"), join(folder, "node_modules"));
        const text = await readFile(join(folder, file), "utf8");
        if (text.split(from).length !== 2) throw new Error(`${file}: expected once, seen otherwise: ${from}`);
        await writeFile(
            join(folder, file),
            text.replace(from, () => to),
        );
        const output = await run(folder, [String(seed), "0", String(count), ...(fault ? [fault] : [])]);
        return output ? (JSON.parse(output) as Found) : undefined;
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}

function run(folder: string, args: string[]): Promise<string> {
    const program = ["--import=tsx", join(folder, "test", "sequences", "memory", "main.ts"), ...args];
    const limits = { cwd: folder, timeout: 300_000, maxBuffer: 2 ** 26 };
    return new Promise((resolve, reject) => {
        execFile(process.execPath, program, limits, (error, stdout, stderr) => {
            if (error) reject(new Error(`${error.message}\n${stderr}`));
            else resolve(stdout.trim());
        });
    });
}
