import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes empty companion files (`*.attrs`) from the file backend at `folder`. The CLI writes them beside each file
 * that it keeps, and killed in between it leaves one empty: from then on every command ends with "error: EOF".
 * A file without a companion is read as well.
 */
export function mend(folder: string): void {
    let files: string[];
    try {
        files = readdirSync(join(folder, ".pulumi"), { recursive: true, encoding: "utf8" });
    } catch {
        // Nothing has been kept there yet.
        return;
    }
    for (const file of files.filter((name) => name.endsWith(".attrs"))) {
        const path = join(folder, ".pulumi", file);
        if (statSync(path, { throwIfNoEntry: false })?.size === 0) rmSync(path, { force: true });
    }
}
