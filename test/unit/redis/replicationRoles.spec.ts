import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { quarantine } from "../../../redis/model/files/replicaOf";
import { buildModel, type Model } from "../../../redis/model/model";
import { declaredTree } from "../../../redis/plan/effectiveTree";
import { onceLogged } from "../../../redis/plan/persistence";
import { planDeployment } from "../../../redis/plan/plan";
import { planRoles } from "../../../redis/plan/replication/roles";
import type { Plan } from "../../../redis/plan/step";
import type { RedisObservation } from "../../../redis/state/observation";
import { type Change, observed, quarantined, replicationPassword, told } from "./observed";

/** A tree by whom each node replicates, the master nobody; every server is known by its node's name and port 6379. */
function tree(parents: Record<string, string | undefined>, options: Partial<DeploymentArguments> = {}): Model {
    const nodes = Object.entries(parents).map(([name, replicaOf]) => ({ name, port: 6379, replicaOf }));
    return buildModel({ image: "redis:8.0.2", nodes, ...options }, { id: "id", prefix: "redis-test" });
}
const star = tree({ a: undefined, b: "a", c: "a" });
const chain = tree({ a: undefined, b: "a", c: "b" });
/** The same star with b as its master. */
const moved = tree({ a: "b", b: undefined, c: "b" });

/** What is said of `declared` when the servers are as `live` declares them, but for `changes`. */
const plan = (declared: Model, live: Model, changes: Record<string, Change> = {}) =>
    told(planRoles(declaredTree(declared), observed(live, changes, declared)));

const at = (host: string) => ({ host, port: 6379 });
/** A replica whose link is down, of a master that is none of ours unless it is named. */
const cutOff = (host = "elsewhere"): Partial<RedisObservation> => ({
    role: "replica",
    following: at(host),
    linkUp: false,
});
/** Data of a history that the master does not know. */
const astray: Partial<RedisObservation> = { history: { id: "astray", backlogFrom: 1 } };
const gone = { gone: "its host h1 is declared down" };

describe("roles of a tree", () => {
    it("stay as they are when they are as declared", () => {
        assert.deepEqual(plan(star, star), []);
        assert.deepEqual(plan(chain, chain), []);
    });

    it("begin with an empty master when nobody has data", () => {
        const fresh = { a: quarantined, b: quarantined, c: quarantined };
        assert.deepEqual(plan(star, star, fresh), ["a: make it the master (it starts empty)"]);
    });

    it("wait for nobody but the declared master itself when that does not answer or loads", () => {
        assert.deepEqual(plan(star, star, { a: "silent", b: cutOff("a") }), []);
        assert.deepEqual(plan(star, star, { a: { loadedBytes: 4096, keys: 1 }, b: cutOff("a"), c: cutOff("a") }), []);
    });
});

describe("a declared master that came up empty", () => {
    it("waits for one that leaves and may have the data", () => {
        const shorter = tree({ a: undefined, c: "a" });
        const restarted = (b: Change) => ({ a: quarantined, b, c: { ...cutOff("a"), keys: 3 } });
        const line = (seen: string) =>
            `(b: expected it to have loaded its data, which may be the only copy, before it leaves, seen ${seen})`;
        assert.deepEqual(plan(shorter, star, restarted({ ...cutOff("a"), keys: 0, loadedBytes: 4096 })), [
            line("4096 bytes"),
        ]);
        assert.deepEqual(plan(shorter, star, restarted("silent")), [line("no answer")]);
    });

    it("gets its data from the replica that has most, which is promoted first", () => {
        const lost = { a: quarantined, b: { ...cutOff("a"), offset: 900 }, c: { ...cutOff("a"), offset: 950 } };
        assert.deepEqual(plan(star, star, lost), ["c: make it the master (it holds the data, a came up empty)"]);
        const promoted = { ...lost, c: { role: "master" as const, following: undefined } };
        assert.deepEqual(plan(star, star, promoted), ["a: follow c to get the data from it (it came up empty)"]);
    });

    it("has a master that came back without a key refuse writes before another server is promoted", () => {
        const master: Change = { role: "master", following: undefined, keys: 0 };
        assert.deepEqual(plan(star, star, { a: quarantined, b: master, c: cutOff("a") }), [
            "b: follow c which becomes the master (it is a master of its own with 0 keys)",
            "c: make it the master (it holds the data, a came up empty)",
        ]);
    });

    it("gets it from a server that leaves, too", () => {
        const lost = { a: quarantined, b: quarantined, c: cutOff("a") };
        const declared = tree({ a: undefined, b: "a" });
        assert.deepEqual(plan(declared, star, lost), ["c: make it the master (it holds the data, a came up empty)"]);
    });

    it("follows a master that has no key just now and may be written to at any moment", () => {
        const [before, after] = [tree({ a: undefined }), tree({ a: "b", b: undefined })];
        assert.deepEqual(plan(after, before, { a: { keys: 0 } }), [
            "b: follow a to get the data from it (it came up empty)",
        ]);
    });

    it("sets its replicas aside while it gets the data, which would all synchronise with it right afterwards", () => {
        const wide = tree({ a: undefined, b: "a", c: "a", d: "a" });
        const master: Change = { role: "master", following: undefined };
        assert.deepEqual(plan(wide, wide, { a: quarantined, b: master, c: cutOff("a"), d: cutOff("a") }), [
            "c: set it aside while a synchronises anew (its turn comes after that)",
            "d: set it aside while a synchronises anew (its turn comes after that)",
            "a: follow b to get the data from it (it came up empty)",
        ]);
    });

    it("waits while a server that may hold data does not answer, or loads", () => {
        for (const c of ["silent", "stopped", { ...cutOff("a"), keys: 3, loadedBytes: 4096 }] as const) {
            assert.deepEqual(plan(star, star, { a: quarantined, b: cutOff("a"), c }), []);
        }
        const desired = { model: star, users: [], replicationPassword };
        const silent = observed(star, { a: quarantined, b: cutOff("a"), c: "silent" });
        assert.deepEqual(told(planDeployment(desired, silent)), [
            "(c: expected an answer on 127.0.0.1:6379, seen Connection is closed.)",
        ]);
    });

    it("waits for nobody who is gone, and says whose writes may be missing", () => {
        const lost = { a: quarantined, b: cutOff("a"), c: gone };
        assert.deepEqual(plan(star, star, lost), [
            "b: make it the master (it holds the data, a came up empty; c is gone: its host h1 is declared down; " +
                "what was acknowledged there after the last that b received is missing)",
        ]);
    });

    it("is promoted itself when it was only set aside and has most, and gets the data when another one has more", () => {
        const aside = (offset: number, linkDownSeconds = 5) => ({
            a: { ...quarantined, history: { id: "m" }, keys: 9, offset },
            b: { ...cutOff("a"), offset: 900, linkDownSeconds },
            c: { ...cutOff("a"), offset: 950, linkDownSeconds },
        });
        assert.deepEqual(plan(star, star, aside(960, 4)), [
            "(a: was set aside a moment ago, and may just be handing over)",
        ]);
        assert.deepEqual(plan(star, star, aside(960)), ["a: make it the master (it holds the data)"]);
        assert.deepEqual(plan(star, star, aside(940)), ["c: make it the master (it holds the data, a has less of it)"]);
        // Redis leaves the links of replicas to a master that was set aside up, and nothing comes over them.
        const linked = (linkQuietSeconds: number) => ({
            a: { ...quarantined, history: { id: "m" }, keys: 9, offset: 960 },
            b: { linkQuietSeconds, history: { id: "m" }, offset: 900 },
            c: { linkQuietSeconds, history: { id: "m" }, offset: 900 },
        });
        assert.match(plan(star, star, linked(14)).join(), /a: was set aside a moment ago/);
        assert.deepEqual(plan(star, star, linked(15)), ["a: make it the master (it holds the data)"]);
    });

    it("gets the data from a log rather than from a snapshot of another history, whose offset says nothing", () => {
        const restarted = (id: string, offset: number, keys: number, appendonly: string) => ({
            ...cutOff("a"),
            ...{ fromDisk: true as const, history: { id }, offset, keys },
            settings: { appendonly },
        });
        const of = (b: object, c: object) =>
            promoted(planRoles(declaredTree(star), observed(star, { a: quarantined, b, c })));
        const log = restarted("own of c", 0, 10, "yes");
        assert.deepEqual(of(restarted("m", 500, 2, "no"), log), "c");
        assert.deepEqual(of(restarted("m", 500, 12, "no"), log), "c");
        // What ran on while the others started anew has received all that there was.
        assert.deepEqual(of({ ...cutOff("a"), offset: 500, keys: 2 }, log), "b");
        assert.deepEqual(of(restarted("m", 500, 2, "no"), restarted("m", 400, 3, "no")), "b");
        assert.deepEqual(of(restarted("own of b", 20, 9, "yes"), log), "c");
    });
});

function promoted({ steps }: Plan): string | undefined {
    return steps.flatMap((step) => (step.kind === "promote" ? [step.node] : []))[0];
}

describe("a handover to another declared master", () => {
    it("is one step when that has everything, and changes nobody else before", () => {
        assert.deepEqual(plan(moved, star), ["a: hand over to b, the declared master"]);
        assert.deepEqual(plan(moved, moved), []);
    });

    it("begins by following the current master directly", () => {
        const end = tree({ c: undefined, a: "c", b: "c" });
        assert.deepEqual(plan(end, chain), ["c: follow a to take over from it (it follows b:6379)"]);
        assert.deepEqual(plan(tree({ a: "d", d: undefined }), star), [
            "d: follow a to get the data from it (it came up empty)",
        ]);
    });

    it("waits until the link is up and the current master counts it as online", () => {
        assert.deepEqual(plan(moved, star, { b: cutOff("a") }), [
            "(b: expected its link to a to be up, seen master_link_status:down)",
        ]);
        assert.deepEqual(plan(moved, star, { b: { linkUp: false, syncBytesLeft: 512 } }), [
            "(b: expected its link to a to be up, seen a full synchronisation with 512 bytes to come)",
        ]);
        const replicas = [{ announce: at("b"), state: "send_bulk", lag: 0 }];
        assert.deepEqual(plan(moved, star, { a: { replicas } }), [
            "(a: expected b as an online replica, seen send_bulk)",
        ]);
        assert.deepEqual(plan(moved, star, { a: { failover: "waiting-for-sync" } }), [
            "(a: expected its failover to end, seen waiting-for-sync)",
        ]);
    });

    it("is waited for while the current master runs and does not answer", () => {
        assert.deepEqual(plan(moved, star, { a: "silent", b: cutOff("a"), c: cutOff("a") }), [
            "(b: waits for a, its master, to hand over)",
        ]);
    });

    it("also comes from an old master that leaves in the same change", () => {
        assert.deepEqual(plan(tree({ b: undefined, c: "b" }), star), ["a: hand over to b, the declared master"]);
    });
});

describe("a master that is gone", () => {
    const left = (b: object, c: object) => ({ a: gone, b: { ...cutOff("a"), ...b }, c: { ...cutOff("a"), ...c } });
    const loss = "; a is gone: its host h1 is declared down; what was acknowledged there after the last that";

    it("is followed by the declared one, with words about what may be missing", () => {
        assert.deepEqual(plan(moved, star, left({ offset: 950, linkDownSeconds: 7 }, { offset: 900 })), [
            `b: make it the master (it has the most data, and no server is its master${loss} b received, 7 s ago, is missing)`,
        ]);
    });

    it("is followed by another one that has more, which then hands over", () => {
        const before = left({ offset: 900 }, { offset: 950 });
        assert.deepEqual(plan(moved, star, before), [
            `c: make it the master (it has the most data, and no server is its master${loss} c received is missing)`,
        ]);
        assert.deepEqual(plan(moved, star, { ...before, c: { role: "master", following: undefined } }), [
            "b: follow c to take over from it (it follows a:6379)",
        ]);
    });

    it("is followed by nobody yet while one that may have more does not answer, is started, or loads", () => {
        for (const c of ["silent", "stopped", { ...cutOff("a"), offset: 0, keys: 3, loadedBytes: 4096 }] as const) {
            assert.deepEqual(plan(moved, star, { ...left({}, {}), c }), []);
        }
    });

    it("is waited for by nobody when the next one was found", () => {
        const promoted = { a: gone, b: { role: "master" as const, following: undefined }, c: cutOff("a") };
        assert.deepEqual(plan(moved, star, promoted), ["c: follow b (it follows a:6379)"]);
    });
});

describe("a master that comes back after another one took its place", () => {
    /** Promoted at offset 1001, and written to since. */
    const promoted: Partial<RedisObservation> = {
        role: "master",
        following: undefined,
        offset: 1200,
        history: { id: "n", earlier: { id: "m", until: 1001 }, backlogFrom: 1 },
        keys: 12,
    };

    it("gets what was written there since", () => {
        assert.deepEqual(plan(star, star, { b: promoted, c: cutOff("b") }), [
            "a: follow b to get what was written there since (it is a master of its own with 10 keys)",
        ]);
    });

    it("gets it also when it does not know any more where it was, after a restart with a log alone", () => {
        const replicas = [{ announce: at("c"), state: "online", lag: 0 }];
        const a = { offset: 0, history: { id: "new" } };
        assert.deepEqual(plan(star, star, { a, b: { ...promoted, replicas }, c: cutOff("b") }), [
            "a: follow b to get what was written there since (it is a master of its own with 10 keys)",
        ]);
    });

    it("stays the master of one that was written to by itself", () => {
        const alone: Partial<RedisObservation> = { ...astray, role: "master", following: undefined, keys: 4 };
        assert.deepEqual(plan(star, star, { b: alone }), ["b: follow a (it is a master of its own with 4 keys)"]);
    });
});

describe("replicas below a master that has the data", () => {
    it("are attached again that were pointed elsewhere by hand", () => {
        assert.deepEqual(plan(star, star, { c: cutOff() }), ["c: follow a (it follows elsewhere:6379)"]);
    });

    it("are attached from a quarantine, the empty and those with data", () => {
        assert.deepEqual(plan(star, star, { b: quarantined }), ["b: follow a (it came up empty)"]);
        const aside = { ...quarantined, keys: 10, offset: 1000, history: { id: "m" } };
        assert.deepEqual(plan(star, star, { b: aside }), ["b: follow a (it was set aside)"]);
    });

    it("are waited for until they are in sync", () => {
        assert.deepEqual(plan(star, star, { b: cutOff("a") }), [
            "(b: expected its link to a to be up, seen master_link_status:down)",
        ]);
    });

    it("move to another parent all at once where they can go on", () => {
        const flat = tree({ a: undefined, b: "a", c: "a", d: "a" });
        const deep = tree({ a: undefined, b: "a", c: "b", d: "b" });
        assert.deepEqual(plan(deep, flat), ["c: follow b (it follows a:6379)", "d: follow b (it follows a:6379)"]);
    });

    it("synchronise in turn where they cannot, no more at a time than declared", () => {
        const parents = { a: undefined, b: "a", c: "a", d: "a" };
        const empty = { b: quarantined, c: quarantined, d: quarantined };
        const turn = (node: string, most: number) =>
            `(${node}: waits for its turn to synchronise with a, no more than ${most} at a time)`;
        assert.deepEqual(plan(tree(parents), tree(parents), empty), [
            "b: follow a (it came up empty)",
            turn("c", 1),
            turn("d", 1),
        ]);
        const two = tree(parents, { synchronisations: 2 });
        assert.deepEqual(plan(two, two, empty), [
            "b: follow a (it came up empty)",
            "c: follow a (it came up empty)",
            turn("d", 2),
        ]);
        // One that is under way counts.
        const running = { ...empty, b: { linkUp: false, syncBytesLeft: 512, keys: 0 } };
        assert.deepEqual(plan(two, two, running), [
            "c: follow a (it came up empty)",
            "(b: expected its link to a to be up, seen a full synchronisation with 512 bytes to come)",
            turn("d", 2),
        ]);
    });

    it("do not wait for the turn of one that leaves and is not let in", () => {
        const live = tree({ a: undefined, b: "a", c: "a" });
        const stays = tree({ a: undefined, c: "a" });
        const out = { ...cutOff("a"), ...astray };
        const c = { ...astray, following: quarantine, role: "replica" as const, linkUp: false };
        assert.deepEqual(plan(stays, live, { b: out, c }), ["c: follow a (it was set aside)"]);
        assert.deepEqual(plan(stays, live, { b: { ...out, syncBytesRead: 1 }, c }), [
            "(c: waits for its turn to synchronise with a, no more than 1 at a time)",
        ]);
    });

    it("are set aside while their own master receives everything anew, unless there is only one", () => {
        const aside = (node: string) => `${node}: set it aside while b synchronises anew (its turn comes after that)`;
        const attached = "b: follow a (it is a master of its own with 10 keys)";
        const below = (parents: Record<string, string>, synchronisations = 1) => {
            const declared = tree({ a: undefined, b: "a", ...parents }, { synchronisations });
            return plan(declared, declared, { b: { ...astray, role: "master", following: undefined } });
        };
        assert.deepEqual(below({ c: "b" }), [attached]);
        assert.deepEqual(below({ c: "b", d: "b" }), [aside("c"), aside("d"), attached]);
        // Another one may be under way when both of them begin.
        assert.deepEqual(below({ c: "b", d: "b" }, 2), [aside("c"), aside("d"), attached]);
        // Those further below would begin after that.
        assert.deepEqual(below({ c: "b", d: "c", e: "c" }), [aside("c"), attached]);
    });

    it("are not set aside when they leave that master at the same time", () => {
        const parents = { a: undefined, b: "a", c: "b", d: "b" };
        const declared = tree({ c: "a", d: "a", a: undefined, b: "a" }, { synchronisations: 3 });
        const alone: Change = { ...astray, role: "master", following: undefined };
        assert.deepEqual(plan(declared, tree(parents), { b: alone, c: astray, d: astray }), [
            "c: follow a (it follows b:6379)",
            "d: follow a (it follows b:6379)",
            "b: follow a (it is a master of its own with 10 keys)",
        ]);
    });

    it("follow nobody who is not in its own place yet", () => {
        const alone: Change = { ...astray, role: "master", following: undefined };
        assert.deepEqual(plan(chain, star, { b: alone, c: astray }), [
            "b: follow a (it is a master of its own with 10 keys)",
            "(c: waits for b, its master, to have its own data)",
        ]);
    });

    it("are told nothing while they load their data, which Redis would refuse", () => {
        const loading = { loadedBytes: 4096, keys: 1, linkUp: false };
        assert.deepEqual(plan(star, star, { c: { ...loading, following: at("elsewhere") } }), []);
        const wide = tree({ a: undefined, b: "a", c: "b", d: "b", e: "b" }, { synchronisations: 2 });
        const alone: Change = { ...astray, role: "master", following: undefined };
        assert.deepEqual(plan(wide, wide, { b: alone, c: loading }), [
            "d: set it aside while b synchronises anew (its turn comes after that)",
            "e: set it aside while b synchronises anew (its turn comes after that)",
            "b: follow a (it is a master of its own with 10 keys)",
        ]);
    });
});

describe("a chain", () => {
    it("goes round a node that is gone, and back when it is there again", () => {
        assert.deepEqual(plan(chain, chain, { b: gone, c: cutOff("b") }), [
            "c: follow a while b is gone (it follows b:6379)",
        ]);
        const round = { following: at("a") };
        assert.deepEqual(plan(chain, chain, { b: gone, c: round }), []);
        assert.deepEqual(plan(chain, chain, { c: round }), ["c: follow b (it follows a:6379)"]);
    });

    it("goes round two nodes that are gone one below the other", () => {
        const long = tree({ a: undefined, b: "a", c: "b", d: "c" });
        assert.deepEqual(plan(long, long, { b: gone, c: gone, d: cutOff("c") }), [
            "d: follow a while c is gone (it follows c:6379)",
        ]);
    });

    it("waits for a node that does not answer, and moves nobody away from it", () => {
        assert.deepEqual(plan(chain, chain, { b: "silent" }), []);
    });

    it("is attached from the top: nobody follows a node that has no data yet", () => {
        assert.deepEqual(plan(chain, chain, { b: quarantined, c: quarantined }), [
            "b: follow a (it came up empty)",
            "(c: waits for b, its master, to have its own data)",
        ]);
    });

    it("gives its middle the data again that lost its own", () => {
        assert.deepEqual(plan(chain, chain, { b: quarantined, c: cutOff("b") }), [
            "b: follow a (it came up empty)",
            "(c: expected its link to b to be up, seen master_link_status:down)",
        ]);
    });
});

describe("a server whose log does not hold everything yet", () => {
    const logRewrite = "aof_rewrite_in_progress:1";
    const kept = (persistence: "aof" | "rdb") =>
        buildModel(
            {
                image: "redis:8.0.2",
                nodes: [
                    { name: "a", port: 6379, persistence },
                    { name: "b", port: 6379, replicaOf: "a", persistence },
                ],
            },
            { id: "id", prefix: "redis-test" },
        );
    const live = tree({ a: "b", b: undefined });
    const planned = (declared: Model, changes: Record<string, Change>) => {
        const observation = observed(live, changes, declared);
        return told(onceLogged(declared, observation, planRoles(declaredTree(declared), observation).steps));
    };
    const waits = (seen: string) => [
        `(a: expected its log to hold everything before it becomes the master, seen ${seen})`,
    ];

    it("does not become the master, neither by a handover nor in place of one that is gone", () => {
        assert.deepEqual(planned(kept("aof"), { a: { logRewrite } }), waits(logRewrite));
        assert.deepEqual(planned(kept("aof"), { a: { ...cutOff(), logRewrite }, b: gone }), waits(logRewrite));
    });

    it("does as soon as it does, and at once where its log is not what is declared", () => {
        assert.deepEqual(planned(kept("aof"), {}), ["b: hand over to a, the declared master"]);
        assert.deepEqual(planned(kept("rdb"), { a: { logRewrite } }), ["b: hand over to a, the declared master"]);
    });

    it("is said to have no room when its log could not be written", () => {
        const failed = `${logRewrite}, aof_last_bgrewrite_status:err`;
        assert.deepEqual(
            planned(kept("aof"), { a: { logRewrite: failed } }),
            waits(`${failed} (is there room on its disk?)`),
        );
    });
});

describe("a replica that has what it loaded", () => {
    it("keeps it as it was kept until it is connected, since by that it is judged", () => {
        const settings = { masterauth: replicationPassword, appendonly: "no", save: "" };
        const persistence = (change: Partial<RedisObservation>) => {
            const { steps } = planDeployment(
                { model: star, users: [], replicationPassword },
                observed(star, { b: { settings, ...change } }),
            );
            return steps.filter(({ kind }) => kind === "persistence").length;
        };
        assert.equal(persistence({}), 1);
        assert.equal(persistence({ ...cutOff("a"), fromDisk: true }), 0);
        assert.equal(persistence({ ...cutOff("a"), fromDisk: true, keys: 0 }), 1);
    });
});
