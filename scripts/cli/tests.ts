import { readdirSync } from "node:fs";
import { join } from "node:path";

/** How many tests passed and failed. */
export interface Counts {
    passed: number;
    failed: number;
}

/** The folder of test/ that `npm run soak` runs: long campaigns, and what needs several hosts. */
export const soakFolder = "soak";

/** The folders of test/ in the order in which they run: what is quick and tells most first. */
const order = ["unit", "policy", "offline", "integration", "sequences", "e2e"];

/** Options of mocha that take a value, which is therefore no file. */
const withValue = ["-g", "--grep", "-f", "--fgrep", "-t", "--timeout", "-s", "--slow", "--retries", "-j", "--jobs"];

/**
 * The arguments for node that run mocha: over every test file, unless the user named some. Two files at a time: tests of
 * real servers wait for half of their time.
 */
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
        ...(named ? [] : ["--parallel", "--jobs=2", ...testFiles(join(root, "test"))]),
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
    const rank = (file: string) => {
        const at = order.indexOf(file.split(/[/\\]/)[0] ?? "");
        return at < 0 ? order.length : at;
    };
    return [...files].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
}

/** The last line of a test run. Without counts the run itself is what failed. */
export function countLine({ passed, failed }: Counts = { passed: 0, failed: 1 }): string {
    return `${passed} passed, ${failed} failed`;
}
