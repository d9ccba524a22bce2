import { readdirSync } from "node:fs";
import { join } from "node:path";

/** How many tests passed and failed. */
export interface Counts {
    passed: number;
    failed: number;
}

/** The folder of test/ that `npm run soak` runs: long campaigns, and what needs several hosts. */
export const soakFolder = "soak";

/** The folders of test/ in the order in which they run: what is quick and tells most first, what fills gaps last. */
const order = ["unit", "sequences", "e2e", "integration", "offline", "policy"];

/**
 * Files that take long, in the order in which they begin, after the unit tests: the longest first, so that none is still at
 * work when all others have ended; and what keeps the processor busy beside what waits for servers.
 */
export const long = [
    "sequences/memory",
    "integration/clusterStates",
    "e2e/replacement",
    "offline/docker",
    "integration/clusterLost",
    "integration/sentinel",
    "e2e/yaml",
    "sequences/planted",
    "e2e/lostHost",
    "e2e/secrets",
    "integration/sentinelStalls",
    "e2e/package",
    "integration/clusterScale",
    "e2e/interrupted",
    "policy/pack",
    "e2e/cluster",
    "integration/replication",
    "e2e/readme",
    "integration/clusterMove",
    "sequences/rotations",
    "e2e/bounded",
    "integration/redisPy",
    "e2e/refusals",
    "policy/foreign",
    "e2e/drift",
    "integration/earlierStates",
    "sequences/memory/differential",
    "offline/command",
    "e2e/data",
    "sequences/servers",
    "integration/clusterStalls",
    "e2e/replication",
    "integration/persistence",
    "e2e/persistence",
];

/**
 * Files that run at a time. Tests of real servers wait for elections, synchronisations and gossip for most of their time, those
 * of the whole program for Docker: two cores are busy with four of them. With many more, servers answer late, and Sentinels and
 * clusters elect others. More than eight would need more ports in test/integration/servers.ts.
 */
const lanes = 4;

/** Options of mocha that take a value, which is therefore no file. */
const withValue = ["-g", "--grep", "-f", "--fgrep", "-t", "--timeout", "-s", "--slow", "--retries", "-j", "--jobs"];

/** The arguments for node that run mocha: over every test file, unless the user named some. */
export function mochaArguments(root: string, args: string[]): string[] {
    const named = args.some((arg, at) => !arg.startsWith("-") && !withValue.includes(args[at - 1] ?? ""));
    return [
        "--import=tsx",
        join(root, "node_modules", "mocha", "bin", "mocha.js"),
        `--reporter=${join(root, "scripts", "cli", "reporter.ts")}`,
        // A test waits for real updates, on machines of any speed; this only ends one that hangs.
        "--timeout=600000",
        `--require=${join(root, "test", "seed.ts")}`,
        // A connection that a failed test leaves open must not keep the run from ending.
        "--exit",
        ...args,
        ...(named ? [] : ["--parallel", `--jobs=${lanes}`, ...testFiles(join(root, "test"))]),
    ];
}

/** Every test file below `folder` except the campaigns, in the order in which they run. */
export function testFiles(folder: string): string[] {
    const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
        (file) => file.endsWith(".spec.ts") && !file.startsWith(soakFolder),
    );
    return sorted(files).map((file) => join(folder, file));
}

/** Test files, relative to test/, in the order in which they run. */
export function sorted(files: string[]): string[] {
    const place = (list: string[], name = "") => {
        const at = list.indexOf(name);
        return at < 0 ? list.length : at;
    };
    const rank = (file: string) => {
        const [folder] = file.split(/[/\\]/);
        const name = file.replaceAll("\\", "/").replace(/\.spec\.ts$/, "");
        return [folder === "unit" ? 0 : 1, place(long, name), place(order, folder)];
    };
    const compared = (one: number[], other: number[]) =>
        one.map((number, at) => number - (other[at] ?? 0)).find((difference) => difference !== 0) ?? 0;
    return [...files].sort((a, b) => compared(rank(a), rank(b)) || (a < b ? -1 : 1));
}

/** The last line of a test run. Without counts the run itself is what failed. */
export function countLine({ passed, failed }: Counts = { passed: 0, failed: 1 }): string {
    return `${passed} passed, ${failed} failed`;
}

/** How many files are named that took the most time. */
const named = 30;

/** What a run says of where its time went, by the milliseconds that each file took; nothing of a few files. */
export function slowest(times: ReadonlyMap<string, number>): string[] {
    if (times.size <= named) return [];
    const sum = [...times.values()].reduce((all, one) => all + one, 0);
    const most = [...times].sort(([, one], [, other]) => other - one).slice(0, named);
    const seconds = (milliseconds: number) => `${(milliseconds / 1000).toFixed(1).padStart(8)} s`;
    return [
        "Where the time went:",
        ...most.map(([file, time]) => `${seconds(time)}  ${file.split(/[/\\]test[/\\]/).at(-1)}`),
        `${seconds(sum)}  all ${times.size} files`,
        "",
    ];
}
