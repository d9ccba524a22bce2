import type { Redis } from "ioredis";
import { passwordOf } from "../../redis/acl/passwords";
import { quarantine } from "../../redis/model/files/replicaOf";
import type { SentinelStep } from "../../redis/plan/sentinel/sentinelStep";
import type { Applying } from "../applying";
import { observedServer } from "../observed";
import { sentinelFailover } from "./failover";

/** Does one step on a Sentinel, or on the servers that Sentinels watch. */
export async function applySentinel(step: SentinelStep, context: Applying): Promise<void> {
    const to = (node: string): Promise<Redis> => context.connections.to(observedServer(context, node).reach);
    const { watch } = context.model;
    switch (step.kind) {
        case "watch": {
            if (!watch) return;
            const client = await to(step.node);
            const { name, quorum, ...settings } = watch;
            const { host, port } = step.master;
            await client.call("sentinel", "monitor", name, host, String(port), String(quorum));
            const credentials = ["auth-user", "sentinel", "auth-pass", passwordOf(context.passwords ?? {}, "sentinel")];
            await client.call("sentinel", "set", name, ...Object.entries(settings).flat().map(String), ...credentials);
            return;
        }
        case "unwatch":
            await (await to(step.node)).call("sentinel", "remove", step.name);
            return;
        case "setSentinel": {
            const changes = Object.entries(step.changes).flat().map(String);
            await (await to(step.node)).call("sentinel", "set", step.name, ...changes);
            return;
        }
        case "setSentinelPassword": {
            const client = await to(step.node);
            const password = passwordOf(context.passwords ?? {}, "sentinel");
            const watched = observedServer(context, step.node).sentinel?.watch?.name;
            // The second one can be read back, and stands for both.
            if (watched) await client.call("sentinel", "set", watched, "auth-pass", password);
            await client.call("sentinel", "config", "set", "sentinel-pass", password);
            return;
        }
        case "rediscover":
            await (await to(step.node)).call("sentinel", "reset", step.name);
            return;
        case "dismiss": {
            const client = await to(step.node);
            // A Sentinel that can sign in would have it follow the master again.
            await client.call("acl", "setuser", "sentinel", "off");
            await client.call("client", "kill", "user", "sentinel");
            await client.call("replicaof", quarantine.host, String(quarantine.port));
            return;
        }
        case "sentinelFailover":
            return sentinelFailover(step, context);
    }
}
