import { deepStrictEqual } from "node:assert/strict";
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import type { Outcome } from "./cli";

/** Set to write what the pack says beside the programs, to be read before it is committed. */
const record = process.env.RECORD_VIOLATIONS !== undefined;

/**
 * Compares the violations with a file's lines, all of them; of a program without such a file none are expected. A mandatory
 * one fails the preview, and nothing else does.
 */
export function expectViolations({ violations, code, output }: Outcome, path: string): void {
    if (record) {
        rmSync(path, { force: true });
        if (violations.length > 0) {
            writeFileSync(path, violations.map((line) => `${line}\n`).join(""));
        }
    }
    const expected = existsSync(path) ? linesOf(path) : [];
    deepStrictEqual(violations, expected, output);
    deepStrictEqual(
        code !== 0,
        expected.some((line) => line.startsWith("mandatory ")),
        output,
    );
}

/** The lines of a file of expected violations, each `level policy resource`. */
export function linesOf(path: string): string[] {
    return readFileSync(path, "utf8")
        .split("\n")
        .filter((line) => line !== "");
}
