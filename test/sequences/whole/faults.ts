import { setTimeout as sleep } from "node:timers/promises";
import { killedUp } from "../../e2e/killed";
import type { Outcome } from "../../e2e/project";
import type { Action, Fault } from "../actions";
import { pick } from "../declaration";
import type { Whole } from "./deployment";

/** What a step of an `up` takes about, in milliseconds, by which a fault's step becomes a moment. */
const stepTakes = 1_500;

/** Runs an `up` with its fault, and heals what lasts. The outcome; undefined of one that was killed. */
export async function upWith({ fault, step }: Action, whole: Whole, struck: () => void): Promise<Outcome | undefined> {
    const moment = step * stepTakes;
    if (!fault) return whole.up();
    if (fault.kind === "killUp") {
        struck();
        await killedUp(whole.stack, 3_000 + moment, true);
        return undefined;
    }
    if (fault.kind === "unforeseen") {
        struck();
        await whole.forgetImages();
        return whole.up();
    }
    const up = whole.up();
    await Promise.race([up, sleep(moment)]);
    struck();
    if (fault.kind === "twoUps") {
        const second = await whole.up();
        const first = await up;
        return first.code === 0 ? second : first;
    }
    // A server that is just replaced cannot be hit, and then there is nothing to heal.
    const heal = await strike(fault, whole).catch(() => async () => undefined);
    if ("ms" in fault) await Promise.race([up, sleep(fault.ms)]);
    await heal().catch(() => undefined);
    return up;
}

/** Has a fault strike; what heals it. */
async function strike(fault: Fault, whole: Whole): Promise<() => Promise<unknown>> {
    const name = "server" in fault ? pick(whole.names, fault.server) : "";
    const nothing = async () => undefined;
    switch (fault.kind) {
        case "kill":
            await whole.signal(name, "SIGKILL");
            return nothing;
        case "wipe":
            await whole.wipe(name);
            return nothing;
        case "restartAll":
            await Promise.allSettled(whole.names.map((one) => whole.signal(one, "SIGKILL")));
            return nothing;
        case "stop":
            await whole.signal(name, "SIGSTOP");
            return () => whole.signal(name, "SIGCONT");
        case "cut":
            await whole.cut(name, false);
            return () => whole.cut(name, true);
        case "oneWay":
            await whole.oneWay(name, true);
            return () => whole.oneWay(name, false);
        case "slow":
            return whole.slowDown(name);
        case "swap": {
            const other = pick(whole.names, fault.other);
            await whole.swap(name, other);
            return () => whole.swap(name, other, true);
        }
        case "byHand":
            await byHand(fault, name, whole);
            return nothing;
        default:
            return nothing;
    }
}

async function byHand({ what }: Extract<Fault, { kind: "byHand" }>, name: string, whole: Whole): Promise<void> {
    const client = whole.admin(name);
    const other = whole.names.find((one) => one !== name);
    if (what === "config") await client.config("SET", "slowlog-max-len", 7);
    else if (what === "acl") await client.call("acl", "setuser", "stranger", "on", "nopass", "~*", "+@all");
    else if (what === "role" && whole.declared.shape === "cluster") await client.call("cluster", "failover");
    else if (what === "role") await client.call("replicaof", "no", "one");
    else if (other) await whole.admin(other).call("cluster", "forget", String(await client.call("cluster", "myid")));
}
