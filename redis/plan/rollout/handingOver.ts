import { onceLogged } from "../persistence";
import type { Waiting } from "../waiting";
import { handoverSteps } from "./handover";
import type { RolloutState } from "./rolloutState";
import { isReplaceable, standingOf } from "./standing";
import { successorOf } from "./successor";
import type { Wave } from "./waves";

/**
 * Waits until nothing is lost with the containers of a wave. Since they were chosen a master may have come to a halt, a
 * successor crashed after it took over, or a replica become the only copy.
 */
export function* handOver<What>(rollout: RolloutState<What>, { kind, nodes }: Wave): Generator<What> {
    if (["absent", "alone", "sentinel"].includes(kind)) return;
    const due = nodes.filter((node) => rollout.expected.has(node));
    const failed: string[] = [];
    if (due.length > 0) yield* rollout.until(() => beforeReplacement(rollout, { kind, nodes: due }, nodes, failed));
}

/** @param failed why steps failed, also those of earlier tries */
function* beforeReplacement<What>(
    rollout: RolloutState<What>,
    { kind, nodes }: Wave,
    all: string[],
    failed: string[],
): Generator<What, Waiting[]> {
    const { model, driver } = rollout;
    if (kind === "masters") yield* rollout.prepare();
    const { observation } = rollout;
    const left = rollout.servers(nodes).filter((one) => !isReplaceable(model, one, observation));
    const handovers = left.flatMap((master) => {
        if (kind !== "masters" || standingOf(master, observation) !== "master") return [];
        const successor = successorOf(model, master, observation, rollout.left);
        return successor ? handoverSteps(model, master, successor, observation) : [];
    });
    const { steps, waiting } = onceLogged(model, observation, handovers);
    // Of two elections of a cluster at once one may get no votes, and begins anew after four times cluster-node-timeout.
    const rounds = model.topology === "cluster" ? steps.map((step) => [step]) : [steps];
    for (const round of rounds) failed.push(...(yield* driver.apply(round, observation)));
    // Masters that have been made to forget each other give no replica their votes.
    const heals = handovers.length === 0 || model.topology === "cluster";
    if (left.length > 0 && heals) yield* rollout.heal();
    const expected = kind === "masters" ? "it to have handed over to a replica in sync" : "it in sync";
    const cause = failed.length > 0 ? ` (${failed.at(-1)})` : "";
    const expectations = left.map((one) => ({ node: one.node, expected, seen: rollout.seen(one) + cause }));
    // Sentinel has the other replicas follow the new master a second later: until then that is the only copy.
    const others = kind === "masters" && left.length === 0 ? rollout.missing(all) : [];
    return [...waiting, ...expectations, ...others];
}
