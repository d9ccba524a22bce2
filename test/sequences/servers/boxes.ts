import { startBox } from "../../integration/servers";
import type { Boxes } from "./processes";

/** Starts a box of every version, with the same folders in all; `remove` them after the tests. */
export async function startBoxes(seconds?: number): Promise<{ boxes: Boxes; remove: () => Promise<void> }> {
    const first = await startBox("7.0", { seconds });
    const second = await startBox("8.0", { seconds, beside: first });
    return {
        boxes: { "7.0": first, "8.0": second },
        remove: async () => void (await Promise.all([first.remove(), second.remove()])),
    };
}
