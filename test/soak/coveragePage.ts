import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "../../reconcile/cacheFolder";
import { page } from "../sequences/coverage";
import { Record } from "../sequences/record";

/** What campaigns with real servers have shown so far, of a seed. The records are outside of the checkout. */
export function recordOf(world: "sequences" | "whole-sequences", seed: number): Record {
    return new Record(join(cacheFolder(), `${world}-${seed}.jsonl`));
}

/** Writes docs/coverage.md from both records. */
export function writeCoverage(root: string, seed: number): void {
    const pages = [
        page("Real servers", recordOf("sequences", seed).lines, seed),
        page("The whole program", recordOf("whole-sequences", seed).lines, seed),
    ];
    writeFileSync(join(root, "docs", "coverage.md"), `# Coverage\n\n${pages.join("\n")}`);
}
