import type { Problem } from "../declaration/problem";
import type { ClusterStep } from "./cluster/steps";
import type { RoleStep } from "./replication/roleStep";
import type { SentinelStep } from "./sentinel/sentinelStep";
import type { ServerStep } from "./serverStep";
import type { Waiting } from "./waiting";

/** One change to live servers. */
export type Step = ServerStep | RoleStep | ClusterStep | SentinelStep;

/** What can be done now, and what is not as declared but comes by itself. */
export interface Plan {
    steps: Step[];
    waiting: Waiting[];
    /** What only a human can decide: convergence ends here. */
    refused?: Problem[];
    /** Whether the steps may be done all at once. */
    together?: boolean;
}
