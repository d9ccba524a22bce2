import { hasEnded } from "../../state/containerStates";
import { isOwnFault } from "../faults";
import { isLoading, isQuarantined } from "../replication/live";
import type { Waiting } from "../waiting";
import type { RolloutState } from "./rolloutState";

/** How long a replaced container must have been down to count as one that does not stay up, in milliseconds. */
const crashAfter = 1_000;

/**
 * Waits until whoever was replaced is of use again, and all others are.
 * @throws when one is not: it has its previous container back then
 */
export function* recover<What>(rollout: RolloutState<What>, replaced: string[]): Generator<What> {
    const down = new Map<string, number>();
    try {
        yield* rollout.until(
            () => usefulAgain(rollout, replaced),
            () => crash(rollout, replaced, down),
        );
    } catch (error) {
        if (isOwnFault(error)) throw error;
        throw new Error(yield* restore(rollout, replaced, error as Error));
    }
}

/** What is missing until replaced servers and all others are of use. */
function* usefulAgain<What>(rollout: RolloutState<What>, replaced: string[]): Generator<What, Waiting[]> {
    yield* rollout.prepare();
    yield* reconnect(rollout, replaced);
    const { waiting } = yield* rollout.heal();
    return [...waiting, ...rollout.missing()];
}

/** Spares a tree's new replicas the up to a second that Redis waits until it connects them, each once. */
function* reconnect<What>(rollout: RolloutState<What>, nodes: string[]): Generator<What> {
    if (rollout.model.topology !== "replication") return;
    for (const server of rollout.servers(nodes)) {
        const { node, redis } = server;
        if (!redis?.following || isLoading(redis) || rollout.reconnected.has(node)) continue;
        rollout.reconnected.add(node);
        const idle = !redis.linkUp && redis.syncBytesRead === undefined && !isQuarantined(redis);
        if (idle) yield* rollout.driver.reconnect(server);
    }
}

/** A replaced server whose container does not stay up, once that is certain. */
function crash<What>(rollout: RolloutState<What>, replaced: string[], down: Map<string, number>): string | undefined {
    const { driver, model } = rollout;
    for (const { node, container } of rollout.servers(replaced)) {
        if (!hasEnded(container)) continue;
        const since = down.get(node) ?? driver.now();
        down.set(node, since);
        if (driver.now() - since >= crashAfter) return `${node}: does not stay up with ${model.image}`;
    }
    return undefined;
}

/** Makes servers again what they were that are to blame, and says what happened. */
function* restore<What>(rollout: RolloutState<What>, nodes: string[], { message }: Error): Generator<What, string> {
    const lines = [message];
    const useless = rollout.useless();
    const toBlame = useless.every(({ node }) => nodes.includes(node)) ? useless : [];
    for (const server of toBlame) {
        if (rollout.restorable.has(server.node)) lines.push(...(yield* rollout.driver.putBack(server)));
    }
    const others = [...rollout.left].filter((node) => rollout.before.has(node));
    if (others.length > 0) {
        lines.push(`  Nothing was done to ${others.join(", ")}. Correct the declaration, and run this again.`);
    }
    return lines.join("\n");
}
