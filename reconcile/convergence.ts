import type { Passwords } from "../redis/acl/passwords";
import { type Model, masterOf } from "../redis/model/model";
import { desiredOf } from "../redis/plan/desired";
import { describeDraining } from "../redis/plan/drain/describe";
import { drainedMasters, returnedMasters } from "../redis/plan/drain/memory";
import { treeNow } from "../redis/plan/treeNow";
import { slotTable } from "../redis/state/cluster/slotTable";
import { refusesWrites, writeRefusals } from "../redis/state/writeRefusals";
import { type Look, lookThroughDocker } from "./look";
import type { Say } from "./progressLog";
import { proven } from "./proof";
import { lastReceipt, type Receipt } from "./receipt";
import { withConnections } from "./redis/connections";
import { report } from "./report";
import { rewrite } from "./rewrite";
import { settle } from "./settle";
import { verify } from "./verify";

/**
 * Brings live servers to the declared deployment: observe, plan, apply, until nothing is left to do, then verify. Run
 * again, or after having been killed anywhere, it ends in the same state.
 *
 * @param look how servers are observed; through the hosts' Engines unless something else is given
 * @param before what was applied the last time, where that is known
 * @throws when nothing moves any more, with each node, what was expected of it, what was seen, and its last log lines.
 */
export async function converge(
    model: Model,
    passwords: Passwords,
    say: Say,
    look: Look = lookThroughDocker,
    before: Pick<Receipt, "master" | "drained"> | undefined = lastReceipt(),
): Promise<Receipt> {
    const master = model.topology === "cluster" ? undefined : masterOf(model).name;
    const moved = before !== undefined && before.master !== master;
    const returned = returnedMasters(model, before?.drained);
    const desired = { ...desiredOf(model, passwords), moved, returned };
    return withConnections(passwords, async (connections) => {
        const { done, observation, verified } = await proven(
            () => settle({ desired, connections, look, say }),
            ({ observation }) => verify(model, treeNow(model, observation), connections),
            say,
        );
        await rewrite(model, connections, say);
        const sentences = writeRefusals(observation);
        // One that is just full may say so only when something is written.
        if (sentences.length === 0 && verified.includes(refusesWrites)) sentences.push(verified);
        report({ kind: "writeRefusals", sentences });
        const hosts = describeDraining(model, observation, true);
        if (!report({ kind: "draining", sentences: hosts })) for (const sentence of hosts) say(sentence);
        const slots = model.topology === "cluster" ? slotTable(model, observation) : undefined;
        const now = model.topology === "replication" ? masterOf(treeNow(model, observation)).name : master;
        const standIn = now === master ? undefined : now;
        return { steps: done, verified, slots, master, standIn, drained: drainedMasters(model, before?.drained) };
    });
}
