import type { Model } from "../redis/model/model";
import type { Observation } from "../redis/state/observation";
import type { Connections } from "./redis/connections";

export interface Applying {
    model: Model;
    observation: Observation;
    connections: Connections;
    replicationPassword: string;
    /** By which Sentinels sign in to servers and to each other. */
    sentinelPassword?: string;
    /** Takes a line about how a long step goes. */
    say: (line: string) => void;
}
