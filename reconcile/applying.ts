import type { Desired } from "../redis/plan/desired";
import type { Observation } from "../redis/state/observation";
import type { Connections } from "./redis/connections";

/** What steps are done with. */
export interface Applying extends Desired {
    observation: Observation;
    connections: Connections;
    /** Takes a line about how a long step goes. */
    say: (line: string) => void;
}
