import { setTimeout as sleep } from "node:timers/promises";
import { nodeOf } from "../../../redis/model/model";
import type { Fault, Handiwork } from "../actions";
import { pick } from "../declaration";
import type { Processes } from "./processes";
import { Up } from "./up";

/**
 * How long servers tell each other whom to forget, in milliseconds: since 7.2 with pings, which everyone gets within half of
 * cluster-node-timeout (`clusterCron`).
 */
const spreading = 8_000;

/** A fault that has struck. */
export interface Struck {
    /** Mends what lasts, and waits until what the fault has begun has ended. */
    heal(): Promise<void>;
}

/** Has a fault strike. What it takes to make it happen goes on beside the `up`. */
export function strike(fault: Fault, servers: Processes, up: Up): Struck {
    const names = servers.model.nodes.map(({ name }) => name);
    switch (fault.kind) {
        case "kill":
            return begun(servers.crash([pick(names, fault.server)]));
        case "wipe":
            return begun(servers.crash([pick(names, fault.server)], true));
        case "restartAll":
            return begun(servers.crash([...names, ...(servers.model.sentinels ?? []).map(({ name }) => name)]));
        case "stop": {
            const name = pick(names, fault.server);
            const frozen = servers.signal(name, "STOP");
            return lasting(fault.ms, frozen, () => servers.signal(name, "CONT"));
        }
        case "cut":
        case "slow":
        case "oneWay": {
            const name = pick(names, fault.server);
            servers.setLink(name, fault.kind);
            return lasting(fault.ms, Promise.resolve(), async () => servers.setLink(name, "open"));
        }
        case "swap": {
            const [name, other] = [pick(names, fault.server), pick(names, fault.other)];
            servers.swapLinks(name, other);
            return lasting(fault.ms, Promise.resolve(), async () => servers.restoreLinks(name, other));
        }
        case "killUp":
            return begun(sleep(fault.ms).then(() => up.kill()));
        case "twoUps":
            // Its own program was killed, or stands in a queue; the convergence beside it is what counts.
            return begun(new Up(servers).converge());
        case "byHand":
            return begun(
                byHand(fault.what, pick(names, fault.server), servers).then(() =>
                    fault.what === "forget" ? sleep(spreading) : undefined,
                ),
            );
        case "unforeseen":
            up.unforeseen = true;
            return begun(Promise.resolve());
    }
}

/** What fails in a fault is no failure: its victim may just be gone. */
function begun(work: Promise<unknown>): Struck {
    const ended = work.catch(() => undefined);
    return { heal: async () => void (await ended) };
}

function lasting(ms: number, begin: Promise<void>, mend: () => Promise<void>): Struck {
    let mended: Promise<void> | undefined;
    const heal = () => {
        mended ??= begin.catch(() => undefined).then(mend);
        return mended;
    };
    setTimeout(() => void heal().catch(() => undefined), ms).unref();
    return { heal };
}

/** What somebody does with `redis-cli`. */
async function byHand(what: Handiwork, name: string, servers: Processes): Promise<void> {
    const client = servers.admin(name);
    switch (what) {
        case "config":
            await client.call("config", "set", "slowlog-max-len", "7", "masterauth", "somebody-typed-this");
            return;
        case "acl":
            await client.call("acl", "setuser", "stranger", "on", "nopass", "~*", "+@all");
            return;
        case "role":
            // Both are refused by a master, which stays one.
            if (servers.model.topology === "cluster") await client.call("cluster", "failover");
            else await client.call("replicaof", "no", "one");
            return;
        case "forget": {
            const id = String(await client.call("cluster", "myid"));
            const other = servers.model.nodes.find((node) => node.name !== nodeOf(servers.model, name).name);
            if (other) await servers.admin(other.name).call("cluster", "forget", id);
        }
    }
}
