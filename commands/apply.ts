import type { Model } from "../redis/model";
import { hostOf, nodeOf } from "../redis/model";
import type { Observation } from "../redis/observation";
import { liveOwnDirectives } from "../redis/ownDirectives";
import type { Step } from "../redis/plan";
import { quarantine } from "../redis/rendering/replicaOf";
import { isSentinelStep } from "../redis/sentinel/plan";
import { toConfigSet } from "../redis/settings";
import { wayTo } from "../redis/whereabouts";
import { applyCluster } from "./cluster/apply";
import { connectEngine } from "./docker/engine";
import { serverOf } from "./observed";
import { changePersistence } from "./persistence";
import { configure } from "./redis/configure";
import type { Connections } from "./redis/connection";
import { setUsers } from "./redis/users";
import { failover } from "./replication/failover";
import { replicate } from "./replication/replicate";
import { applySentinel } from "./sentinel/apply";

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

/** Does one step. Doing it again, or half of it again, ends in the same state. */
export async function apply(step: Step, context: Applying): Promise<void> {
    const to = (node: string) => context.connections.to(serverOf(context, node).reach);
    switch (step.kind) {
        case "start": {
            const server = serverOf(context, step.node);
            const engine = connectEngine(hostOf(context.model, server.host).docker);
            return engine.getContainer(server.container?.id ?? "").start();
        }
        case "configure": {
            const node = nodeOf(context.model, step.node);
            const own: Record<string, string> = {
                ...liveOwnDirectives(context.model, node),
                masterauth: context.replicationPassword,
            };
            const values = step.changes.map(({ name, value }): [string, string] => [
                name,
                own[name] ?? value ?? toConfigSet(name, node.settings[name] ?? ""),
            ]);
            return configure(await to(step.node), step.node, Object.fromEntries(values));
        }
        case "persistence": {
            const node = nodeOf(context.model, step.node);
            return changePersistence(await to(step.node), node, context.say);
        }
        case "setUsers":
            return setUsers(await to(step.node), step, serverOf(context, step.node).kind === "sentinel");
        case "promote":
            return replicate(await to(step.node));
        case "follow":
            return replicate(await to(step.node), step.endpoint);
        case "park":
            return replicate(await to(step.node), quarantine);
        case "failover": {
            const [from, successor] = [serverOf(context, step.from), serverOf(context, step.to)];
            return failover(await to(step.from), await to(step.to), wayTo(from, successor));
        }
        default:
            return isSentinelStep(step) ? applySentinel(step, context) : applyCluster(step, context);
    }
}
