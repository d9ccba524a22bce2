import { dirname } from "node:path";
import { locked } from "./lock";

/** Makes what is missing, under a lock, so that two commands at once make it once. */
export async function once(
    path: string,
    isThere: (path: string) => boolean,
    make: (path: string) => Promise<void>,
): Promise<void> {
    if (isThere(path)) return;
    await locked(`${dirname(path)}.lock`, async () => {
        if (!isThere(path)) await make(path);
    });
}
