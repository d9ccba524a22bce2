import { describeClusterStep } from "./cluster/steps";
import { describeSentinelStep } from "./sentinel/describe";
import { isSentinelStep } from "./sentinel/sentinelStep";
import type { Plan, Step } from "./step";
import { describeUserStep } from "./userSteps";
import { describeWaiting } from "./waiting";

/** What a plan does and what it waits for, each in a sentence. */
export function describePlan({ steps, waiting }: Plan): string[] {
    return [...steps.map(describeStep), ...waiting.map(describeWaiting)];
}

/** The node that the sentence of a step begins with; undefined where it begins with several. */
export function nodeOfStep(step: Step): string | undefined {
    if ("node" in step) return step.node;
    return "from" in step ? step.from : undefined;
}

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
