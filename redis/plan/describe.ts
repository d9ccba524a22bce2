import { describeClusterStep } from "./cluster/steps";
import { describeSentinelStep } from "./sentinel/sentinelPlan";
import { isSentinelStep } from "./sentinel/sentinelStep";
import type { Step } from "./step";
import { describeUserStep } from "./userSteps";

/** A step in a sentence, for the preview and the progress lines. */
export function describeStep(step: Step): string {
    switch (step.kind) {
        case "start":
            return `${step.node}: start its container (${step.status})`;
        case "configure":
            return `${step.node}: set ${step.changes.map(({ sentence }) => sentence).join(", ")}`;
        case "persistence":
            return `${step.node}: ${step.sentence}`;
        case "setUsers":
            return describeUserStep(step);
        case "promote":
            return `${step.node}: make it the master (${step.why})`;
        case "follow":
            return `${step.node}: follow ${step.parent}${step.why ? ` ${step.why}` : ""} (${step.was})`;
        case "park":
            return `${step.node}: set it aside while ${step.parent} synchronises anew (its turn comes after that)`;
        case "failover":
            return `${step.from}: hand over to ${step.to}, ${step.why}`;
        default:
            return isSentinelStep(step) ? describeSentinelStep(step) : describeClusterStep(step);
    }
}
