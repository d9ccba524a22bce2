import { Course } from "../../redis/plan/rollout/course";
import type { Wave } from "../../redis/plan/rollout/waves";
import type { Observation } from "../../redis/state/observation";
import { acceptNewPasswords } from "./passwords";
import { RealHands, type RolloutContext } from "./realHands";

/** The course of a rollout on real servers: says whose containers Pulumi may replace next, and sees to it that nothing is lost. */
export class Rollout {
    private readonly hands: RealHands;
    private readonly course: Course<Promise<unknown>>;
    private begun = false;

    constructor(
        private readonly context: RolloutContext,
        private readonly observation: Observation,
    ) {
        this.hands = new RealHands(context);
        this.course = new Course(this.hands, context.desired, observation, context.planned);
    }

    /** The servers whose turn it is; undefined when all have had theirs. See {@link Course.next}. */
    async next(): Promise<Wave | undefined> {
        const { desired, connections } = this.context;
        // New files hold new passwords: whoever starts on them is to be taken by those that have old ones.
        if (!this.begun) await acceptNewPasswords(desired, this.observation, connections).catch(() => undefined);
        this.begun = true;
        return this.hands.carryOut(this.course.next());
    }

    /** Makes way for new containers of a wave. See {@link Course.makeWay}. */
    makeWay(wave: Wave): Promise<void> {
        return this.hands.carryOut(this.course.makeWay(wave));
    }

    /** Waits until whoever was replaced of a wave is of use again. See {@link Course.done}. */
    done(wave: Wave, ids: ReadonlyMap<string, string>): Promise<void> {
        return this.hands.carryOut(this.course.done(wave, ids));
    }
}
