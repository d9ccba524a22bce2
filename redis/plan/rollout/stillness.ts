import type { Observation } from "../../state/observation";
import type { Movement } from "../movement";
import type { Step } from "../step";
import type { RolloutDriver } from "./driver";

/** For how long nothing has moved. */
export class Stillness {
    private readonly movement: Pick<Movement, "seen" | "did">;
    private since: number;

    constructor(private readonly clock: Pick<RolloutDriver<unknown>, "now" | "movement">) {
        this.movement = clock.movement();
        this.since = clock.now();
    }

    seen(observation: Observation): void {
        if (this.movement.seen(observation)) this.since = this.clock.now();
    }

    did(steps: Step[]): void {
        // All of them are taken down.
        const first = steps.filter((step) => this.movement.did(step));
        if (first.length > 0) this.since = this.clock.now();
    }

    lasts(milliseconds: number): boolean {
        return this.clock.now() - this.since >= milliseconds;
    }
}
