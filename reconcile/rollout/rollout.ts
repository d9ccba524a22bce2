import { RollingUpdate } from "../../redis/plan/rollout/rollingUpdate";
import type { Wave } from "../../redis/plan/rollout/waves";
import type { Observation } from "../../redis/state/observation";
import { LiveDriver, type RolloutContext } from "./liveDriver";
import { acceptNewPasswords } from "./passwords";

/** The rolling update on real servers: says whose containers Pulumi may replace next, and sees to it that nothing is lost. */
export class Rollout {
    private readonly driver: LiveDriver;
    private readonly update: RollingUpdate<Promise<unknown>>;
    private begun = false;

    constructor(
        private readonly context: RolloutContext,
        private readonly observation: Observation,
    ) {
        this.driver = new LiveDriver(context);
        this.update = new RollingUpdate(this.driver, context.desired, observation, context.planned);
    }

    /** The servers whose turn it is; undefined when all have had theirs. See {@link RollingUpdate.next}. */
    async next(): Promise<Wave | undefined> {
        const { desired, connections } = this.context;
        // New files hold new passwords: whoever starts on them is to be taken by those that have old ones.
        if (!this.begun) await acceptNewPasswords(desired, this.observation, connections).catch(() => undefined);
        this.begun = true;
        return this.driver.carryOut(this.update.next());
    }

    /** Makes way for new containers of a wave. See {@link RollingUpdate.makeWay}. */
    makeWay(wave: Wave): Promise<void> {
        return this.driver.carryOut(this.update.makeWay(wave));
    }

    /** Waits until whoever was replaced of a wave is of use again. See {@link RollingUpdate.done}. */
    done(wave: Wave, ids: ReadonlyMap<string, string>): Promise<void> {
        return this.driver.carryOut(this.update.done(wave, ids));
    }
}
