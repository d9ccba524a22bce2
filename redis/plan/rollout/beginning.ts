import { changesNetwork } from "../../state/network";
import type { ServerObservation } from "../../state/observation";
import { isOwnFault } from "../faults";
import { silenceLeaving } from "../sentinel/watching";
import { describeWaiting } from "../waiting";
import type { RolloutState } from "./rolloutState";
import { standingOf } from "./standing";
import { Stillness } from "./stillness";

/** How long servers that are not in sync are waited for when nothing moves, before others have their turn, in milliseconds. */
const calm = 3_000;
/** The same while Sentinel or Redis Cluster may be about to promote somebody. */
const election = 30_000;

/** Heals what can be healed, before anything is replaced. */
export function* begin<What>(rollout: RolloutState<What>): Generator<What> {
    const { driver, model } = rollout;
    if (changesNetwork(model, rollout.observation)) {
        // The network was made since the last look.
        yield* rollout.look();
        yield* driver.joinNetworks(rollout.observation);
        yield* rollout.look();
    }
    if (model.topology === "replication") {
        const [failure] = yield* driver.apply(silenceLeaving(rollout.observation), rollout.observation);
        if (failure) throw new Error(failure);
    }
    try {
        if (rollout.expected.size > 0) yield* rollout.prepare();
    } catch (error) {
        // What a server does not take now is tried again before masters hand over.
        if (isOwnFault(error)) throw error;
    }
    yield* healFirst(rollout);
    for (const server of rollout.observation) {
        const standing = standingOf(server, rollout.observation);
        if (server.declared && ["inSync", "master"].includes(standing)) rollout.needed.add(server.node);
    }
}

/** Waits for servers that come back by themselves, or by steps about roles, as long as anything moves. */
function* healFirst<What>(rollout: RolloutState<What>): Generator<What> {
    const stillness = new Stillness(rollout.driver);
    const patience = rollout.model.topology === "replication" ? calm : election;
    for (let sick = sickIn(rollout); sick.length > 0 && !stillness.lasts(patience); sick = sickIn(rollout)) {
        const { steps } = yield* rollout.heal();
        stillness.did(steps);
        yield* rollout.driver.pause(sick.map((server) => describeWaiting(rollout.expectation(server))));
        yield* rollout.look();
        stillness.seen(rollout.observation);
    }
}

function sickIn<What>({ observation }: RolloutState<What>): ServerObservation[] {
    return observation.filter(
        (server) =>
            server.declared &&
            server.kind !== "sentinel" &&
            ["unreadable", "loading", "behind"].includes(standingOf(server, observation)),
    );
}
