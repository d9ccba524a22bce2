import type { Observation, ServerObservation } from "../../state/observation";
import type { Movement } from "../movement";
import type { Step } from "../step";

/**
 * What a rollout sees and does. A rollout is the same wherever it runs: on real servers each thing that it does hands out a
 * promise; on servers in memory, a text about what was just done. What fails throws.
 */
export interface RolloutDriver<What> {
    /** Milliseconds of a clock. */
    now(): number;
    /** What tells whether anything moves. */
    movement(): Pick<Movement, "seen" | "did">;
    look(): Generator<What, Observation>;
    /** Lets some time go by. `expected` is what is waited for, each in a sentence. */
    pause(expected: string[]): Generator<What>;
    /** Does steps at once. Returns why those failed that did. */
    apply(steps: Step[], observation: Observation): Generator<What, string[]>;
    /** Has servers with old and new files work together: both passwords are taken, writes wait for no replica. */
    prepare(observation: Observation): Generator<What>;
    /** Has servers that run be reached from the declared network, where that is another one. */
    joinNetworks(observation: Observation): Generator<What>;
    /** Has a replica connect to its master at once. */
    reconnect(server: ServerObservation): Generator<What>;
    /** Notes what makes servers' containers again as they are now. */
    record(servers: ServerObservation[]): Generator<What>;
    /** Removes a server's container, which Pulumi does not know. */
    remove(server: ServerObservation): Generator<What>;
    /** Makes a server's container again as it was recorded. Returns what to say of that, in lines. */
    putBack(server: ServerObservation): Generator<What, string[]>;
}
