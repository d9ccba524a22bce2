import { setTimeout as sleep } from "node:timers/promises";
import { type Model, present } from "../redis/model/model";
import { Attempts, canPass, retryPause } from "./attempts";
import { Patience } from "./patience";
import { logComplete } from "./persistence";
import type { Say } from "./progressLog";
import type { Connections } from "./redis/connections";

/**
 * Has every server that answers write down whom it follows, since a handover by FAILOVER is not written by Redis itself,
 * and how it keeps its data, which an interrupted convergence may not have written down.
 */
export async function rewrite(model: Model, connections: Connections, say: Say): Promise<void> {
    for (const { name, reach } of present(model)) {
        const attempts = new Attempts();
        const patience = new Patience();
        for (let written = false; !written; ) {
            try {
                const client = await connections.to(reach).catch(() => undefined);
                if (client) await logComplete(client, name, say);
                await client?.call("config", "rewrite");
                written = true;
            } catch (error) {
                if (!canPass(error)) throw error;
                attempts.failed(name, { node: name, sentence: `${name}: write down whom it follows` }, error);
                if (patience.isOver) throw new Error(attempts.sentences.join("\n"));
                await sleep(retryPause);
            }
        }
    }
}
