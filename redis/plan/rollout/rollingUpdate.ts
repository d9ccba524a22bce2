import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import type { Waiting } from "../waiting";
import { begin } from "./beginning";
import type { RolloutDriver } from "./driver";
import { handOver } from "./handingOver";
import { recover } from "./recovery";
import { RolloutState } from "./rolloutState";
import type { Wave } from "./waves";

/**
 * The rolling update of a deployment: whose containers may be replaced next, and what is done so that nothing is lost. It
 * heals first, waits until replaced servers are back in sync before others go, and has masters hand over before their turn.
 * It goes by what was really replaced, not only by what was expected: a container that is not the one it was has been.
 */
export class RollingUpdate<What> {
    private readonly state: RolloutState<What>;
    private begun = false;

    /** @param planned servers that Pulumi's own plan replaces, as far as that is known */
    constructor(driver: RolloutDriver<What>, desired: Desired, observation: Observation, planned: ReadonlySet<string>) {
        this.state = new RolloutState(driver, desired, observation, planned);
    }

    /**
     * The servers whose turn it is; undefined when all have had theirs.
     * @throws when those that are left cannot go on, with what is seen of each
     */
    *next(): Generator<What, Wave | undefined> {
        const { state } = this;
        if (state.left.size === 0) return undefined;
        if (!this.begun) {
            this.begun = true;
            yield* begin(state);
        }
        const wave = state.wave() ?? (yield* this.waitForTurn());
        const replaceable = state
            .servers(wave.nodes)
            .filter(({ node, container }) => container?.state === "running" && state.expected.has(node));
        yield* state.driver.record(replaceable);
        for (const { node } of replaceable) state.restorable.add(node);
        return wave;
    }

    /**
     * Makes way for new containers of a wave: masters hand over whose containers will be replaced, and containers go that
     * Pulumi does not know.
     * @throws when a master does not come to hand over, or somebody else is not any more what it was chosen for
     */
    *makeWay(wave: Wave): Generator<What> {
        yield* handOver(this.state, wave);
        const { driver } = this.state;
        for (const server of this.state.servers(wave.nodes))
            if (server.container?.putBack) yield* driver.remove(server);
    }

    /**
     * Takes note of what Pulumi has made of a wave, and waits until whoever was replaced is of use again.
     *
     * @param ids containers of the wave's nodes as they are now
     * @throws when one is not: it has its previous container back then, and nobody else is replaced
     */
    *done(wave: Wave, ids: ReadonlyMap<string, string>): Generator<What> {
        const { left, before, expected, needed } = this.state;
        for (const node of wave.nodes) left.delete(node);
        if (!["absent", "behind"].includes(wave.kind)) this.state.tried = true;
        const replaced = wave.nodes.filter((node) => ids.get(node) !== before.get(node));
        // Where nobody else is left, convergence comes next.
        if (replaced.length === 0 || (left.size === 0 && wave.kind === "absent")) return;
        for (const node of replaced) needed.add(node);
        // Pulumi has reasons that the declaration does not show: it may replace everybody.
        if (replaced.some((node) => before.has(node) && !expected.has(node)))
            for (const node of left) expected.add(node);
        yield* recover(this.state, replaced);
    }

    /** Waits until those that are left may go on. */
    private *waitForTurn(): Generator<What, Wave> {
        yield* this.state.until(() => this.beforeTurn());
        const wave = this.state.wave();
        if (!wave) throw new Error("no server may be replaced, and none is left");
        return wave;
    }

    private *beforeTurn(): Generator<What, Waiting[]> {
        const { state } = this;
        // Who cannot sign in to a master never gets in sync.
        yield* state.prepare();
        yield* state.heal();
        return state.wave() ? [] : state.servers(state.left).map((server) => state.expectation(server));
    }
}
