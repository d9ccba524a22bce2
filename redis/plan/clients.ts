import { atLeast } from "../image/product";
import type { Model } from "../model/model";
import type { Observation } from "../state/observation";
import type { Step } from "./step";

/** How long writes pause while a master hands over, about, as docs/performance.md has it; the larger of both. */
const handover = { byRedis: "0.2 s", bySentinel: "1 s" };

/** How long a write waits while slots move, at most, as docs/clusters.md has it of a busy machine. */
const slotMove = "about 0.1 s";

/** How long writes pause while a master of this deployment hands over. */
export const handoverPause = ({ topology }: Model): string =>
    topology === "sentinel" ? handover.bySentinel : handover.byRedis;

/** What clients notice of steps, each in a sentence. */
export function noticedByClients(model: Model, steps: readonly Step[], observation: Observation): string[] {
    const successors = steps.flatMap((step) => successorIn(step) ?? []);
    const which = model.topology === "cluster" ? "writes to its slots" : "writes";
    const pauses = successors.map(
        (successor) =>
            `clients: ${which} pause for about ${handoverPause(model)} while ${successor} becomes the master`,
    );
    return [...pauses, ...(steps.some(({ kind }) => kind === "move") ? [movesSlots(observation)] : [])];
}

/** Who takes a master's place that hands over to it. */
function successorIn(step: Step): string | undefined {
    if (step.kind === "failover" || step.kind === "sentinelFailover") return step.to;
    return step.kind === "takeOver" && step.mode === "graceful" ? step.node : undefined;
}

/** By version: servers that move slots by themselves (Redis 8.4) block nobody with a large key, and ask nobody to look twice. */
function movesSlots(observation: Observation): string {
    const byTasks = observation.every(
        ({ redis }) => !redis || (redis.product?.name === "Redis" && atLeast(redis.product, "8.4")),
    );
    return byTasks
        ? `clients: when slots have moved they are sent to their new master (MOVED); a write waits for ${slotMove} at most`
        : `clients: while slots move they are sent after each key (ASK, then MOVED); a write waits for ${slotMove} at most, or until a key of many megabytes has moved`;
}
