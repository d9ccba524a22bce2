import * as pulumi from "@pulumi/pulumi";
import { report } from "../../reconcile/report";
import type { PlanDescription } from "../../redis/plan/liveChange";

/** Says what is going to happen to live servers: to `npm run up`, which puts it in order with the rest, or else in Pulumi's log. */
export async function sayPlan(plan: PlanDescription, deployment: pulumi.Resource): Promise<void> {
    const sentences = [...plan.steps, ...plan.clients, ...plan.losses, ...plan.rollout];
    if (report({ kind: "plan", ...plan }) || sentences.length === 0) return;
    const lines = sentences.map((sentence) => `  ${sentence}`);
    const differ = pulumi.runtime.isDryRun() ? "differ" : "differed, before this update,";
    await inform([[`The live servers ${differ} from the declaration:`, ...lines].join("\n")], deployment);
}

/** Says each in Pulumi's log. */
export async function inform(sentences: readonly string[], about: pulumi.Resource): Promise<void> {
    for (const sentence of sentences) await pulumi.log.info(sentence, about);
}

/** Says each in Pulumi's log, as a warning. */
export async function warn(sentences: readonly string[], about: pulumi.Resource): Promise<void> {
    for (const sentence of sentences) await pulumi.log.warn(sentence, about);
}
