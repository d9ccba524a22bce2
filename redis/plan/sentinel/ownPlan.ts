import { hostOf } from "../../model/model";
import type { Observation } from "../../state/observation";
import type { Desired } from "../desired";
import { passwordState, signsInAtSentinels } from "../passwordState";
import { startOrWait } from "../servers";
import type { Plan } from "../step";
import { planUsers } from "../userSteps";
import { silenceLeaving } from "./watching";

/** What each Sentinel needs by itself: that it runs, and its users. Those that leave fall silent first. */
export function planOwn(desired: Desired, sentinels: Observation): Plan {
    const { model, passwords = {}, passwordState: state = passwordState(desired, sentinels) } = desired;
    const plan: Plan = { steps: [], waiting: [] };
    plan.steps.push(...silenceLeaving(sentinels));
    for (const server of sentinels) {
        if (!server.declared || hostOf(model, server.host).down) continue;
        if (server.sentinel) {
            plan.steps.push(...planUsers(desired, server, state));
            if (state.taken && !signsInAtSentinels(passwords, server.sentinel))
                plan.steps.push({ kind: "setSentinelPassword", node: server.node });
        } else {
            const { steps, waiting } = startOrWait(server);
            plan.steps.push(...steps);
            plan.waiting.push(...waiting);
        }
    }
    if (!model.sentinels?.length) plan.waiting.push({ node: "Sentinel", state: "none is declared" });
    return plan;
}
