import type { ClusterStep } from "./cluster/steps";
import type { RoleStep } from "./replication/roleStep";
import type { SentinelStep } from "./sentinel/sentinelStep";
import type { ServerStep } from "./serverStep";

/** One change to live servers. */
export type Step = ServerStep | RoleStep | ClusterStep | SentinelStep;

/** What can be done now, and what is not as declared but comes by itself: each a node, an expectation, what was seen. */
export interface Plan {
    steps: Step[];
    waiting: string[];
    /** What only a human can decide: convergence ends here, with these sentences. */
    refused?: string[];
    /** Whether the steps may be done all at once. */
    together?: boolean;
}
