import { inventory } from "../reconcile/docker/inventory";
import { observe } from "../reconcile/observe";
import { isPromoted } from "../reconcile/promotion";
import { Connections } from "../reconcile/redis/connections";
import { administratorPasswords } from "../redis/acl/passwords";
import { describeProblem } from "../redis/declaration/problem";
import { describePlan } from "../redis/plan/describe";
import { desiredOf } from "../redis/plan/desired";
import { describeDraining } from "../redis/plan/drain/describe";
import { graceSentences } from "../redis/plan/passwordChanges";
import { planDeployment } from "../redis/plan/plan";
import { describeRollout } from "../redis/plan/rollout/describe";
import { withNetwork } from "../redis/state/network";
import { writeRefusals } from "../redis/state/writeRefusals";
import { clusterWarnings } from "../redis/status/clusterStatus";
import { statusTable, verdict } from "../redis/status/status";
import { statusJson } from "../redis/status/statusJson";
import type { DeclaredStack } from "./cli/declared";
import { print } from "./setup/terminal";

/** How what is seen is shown. */
export type Form = "table" | "json";

/** Prints the topology as it is and what differs from the declared one; 1 when something does, or takes no writes. */
export async function main(
    stack: string,
    { model: built, passwords }: DeclaredStack,
    form: Form = "table",
): Promise<number> {
    const inventories = await Promise.all(built.hosts.map(inventory));
    const model = withNetwork(built, inventories);
    const connections = new Connections(...administratorPasswords(passwords));
    try {
        const observation = await observe(model, inventories, connections);
        const desired = { ...desiredOf(model, passwords), moved: await isPromoted(model, observation) };
        const plan = planDeployment(desired, observation);
        const refused = (plan.refused ?? []).map(describeProblem);
        const differences = refused.length > 0 ? [] : [...describePlan(plan), ...describeRollout(model, observation)];
        const refusals = writeRefusals(observation);
        const warnings = [
            ...(model.topology === "cluster" ? clusterWarnings(model, observation) : []),
            ...graceSentences(desired, observation),
        ];
        const draining = describeDraining(model, observation, differences.length + refused.length === 0);
        if (form === "json") {
            const seen = statusJson(observation, { warnings, refused, differences, refusals, draining });
            console.log(JSON.stringify({ stack, ...seen }, undefined, 2));
            return seen.asDeclared && seen.usable ? 0 : 1;
        }
        for (const line of statusTable(model, observation)) console.log(line);
        section("Draining:", draining);
        section("Beware:", warnings);
        section("Cannot be converged:", refused);
        if (refused.length > 0) return 1;
        const { lines, code } = verdict(differences, refusals);
        for (const line of lines) print(line);
        return code;
    } finally {
        connections.close();
    }
}

function section(title: string, sentences: string[]): void {
    if (sentences.length === 0) return;
    print(`\n${title}`);
    for (const sentence of sentences) print(`  ${sentence}`);
}
