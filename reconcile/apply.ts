import { liveDirectives } from "../redis/model/files/ownDirectives";
import { quarantine } from "../redis/model/files/replicaOf";
import { hostOf, nodeOf } from "../redis/model/model";
import { isSentinelStep } from "../redis/plan/sentinel/sentinelStep";
import type { Step } from "../redis/plan/step";
import { wayTo } from "../redis/state/whereabouts";
import type { Applying } from "./applying";
import { applyCluster } from "./cluster/apply";
import { connectEngine } from "./docker/engine";
import { containerOf, observedServer } from "./observed";
import { changePersistence } from "./persistence";
import { configure } from "./redis/configure";
import { setUsers } from "./redis/users";
import { failover } from "./replication/failover";
import { replicate } from "./replication/replicate";
import { applySentinel } from "./sentinel/apply";

/** Does one step. Doing it again, or half of it again, ends in the same state. */
export async function apply(step: Step, context: Applying): Promise<void> {
    const to = (node: string) => context.connections.to(observedServer(context, node).reach);
    switch (step.kind) {
        case "start": {
            const server = observedServer(context, step.node);
            const engine = connectEngine(hostOf(context.model, server.host).docker);
            return engine.getContainer(containerOf(server).id).start();
        }
        case "configure": {
            const node = nodeOf(context.model, step.node);
            const declared = liveDirectives(context.model, node, context.replicationPassword);
            const values = step.changes.map(({ name, value = declared[name] }): [string, string] => {
                if (value === undefined) throw new TypeError(`${step.node}: no value of ${name} is declared`);
                return [name, value];
            });
            return configure(await to(step.node), step.node, Object.fromEntries(values));
        }
        case "persistence": {
            const node = nodeOf(context.model, step.node);
            return changePersistence(await to(step.node), node, context.say);
        }
        case "setUsers":
            return setUsers(await to(step.node), step, observedServer(context, step.node).kind === "sentinel");
        case "promote":
            return replicate(await to(step.node));
        case "follow":
            return replicate(await to(step.node), step.endpoint);
        case "park":
            return replicate(await to(step.node), quarantine);
        case "failover": {
            const [from, successor] = [observedServer(context, step.from), observedServer(context, step.to)];
            return failover(await to(step.from), await to(step.to), wayTo(from, successor));
        }
        default:
            return isSentinelStep(step) ? applySentinel(step, context) : applyCluster(step, context);
    }
}
