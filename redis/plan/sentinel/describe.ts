import { at } from "../../model/endpoint";
import type { SentinelStep } from "./sentinelStep";

/** A step in a sentence. */
export function describeSentinelStep(step: SentinelStep): string {
    switch (step.kind) {
        case "watch":
            return `${step.node}: watch ${step.masterNode} (${at(step.master)})`;
        case "unwatch":
            return `${step.node}: watch ${step.name} no more (${step.why})`;
        case "setSentinel":
            return `${step.node}: set ${Object.entries(step.changes)
                .map(([name, value]) => `${name} ${value}`)
                .join(", ")}`;
        case "setSentinelPassword":
            return `${step.node}: sign in with the declared password`;
        case "rediscover":
            return `${step.node}: forget replicas and other Sentinels and find them again (${step.why})`;
        case "dismiss":
            return `${step.node}: leave the master, out of Sentinel's reach (it leaves)`;
        case "sentinelFailover":
            return `${step.from}: hand over to ${step.to} through Sentinel, ${step.why}`;
    }
}
