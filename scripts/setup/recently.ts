import { mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { cacheFolder } from "./paths";

/** For so long a download that failed is not tried again, in milliseconds: half a day. */
const patience = 12 * 3600 * 1000;

/** Remembers a failed download, so that where there is no way out not every command has to find that out anew. */
export function recently(what: string, env: NodeJS.ProcessEnv) {
    const path = join(cacheFolder(env), what);
    return {
        happened: () => Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0) < patience,
        note: () => {
            mkdirSync(cacheFolder(env), { recursive: true });
            writeFileSync(path, "");
        },
    };
}
