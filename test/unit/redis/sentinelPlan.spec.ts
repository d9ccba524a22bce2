import assert from "node:assert/strict";
import { hashPassword } from "../../../redis/acl/rules";
import { sentinelUsers } from "../../../redis/acl/sentinelUsers";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel, type Endpoint, type Model, masterOf, nodeOf } from "../../../redis/model/model";
import { planHealing } from "../../../redis/plan/rollout/roles";
import { planSentinel } from "../../../redis/plan/sentinel/sentinelPlan";
import { treeUnderSentinel } from "../../../redis/plan/sentinel/tree";
import type { Observation } from "../../../redis/state/observation";
import type { SentinelView } from "../../../redis/state/sentinel";
import { statusTable } from "../../../redis/status/status";
import {
    type Absence,
    absent,
    type Change,
    container,
    isAbsence,
    observed,
    quarantined,
    replicationPassword,
    told,
} from "./observed";

const passwords = Object.fromEntries(
    ["administrator", "sentinel", "health", "discovery"].map((user) => [user, `${user}-password`]),
);

/** A master with replicas, and Sentinels: each server on 192.0.2.1, .2 ... by its letter, each Sentinel by its number. */
function star(master: string, replicas: string[], options: Partial<DeploymentArguments> = {}, sentinels = [1, 2, 3]) {
    const servers = [master, ...replicas].sort();
    const host = (letter: string) => `h${"abcd".indexOf(letter) + 1}`;
    const args: DeploymentArguments = {
        topology: "sentinel",
        image: "redis:8.0.2",
        hosts: [1, 2, 3, 4].map((number) => ({ name: `h${number}`, address: `192.0.2.${number}` })),
        nodes: servers.map((name) => ({
            name,
            host: host(name),
            port: 6379,
            replicaOf: name === master ? undefined : master,
        })),
        sentinels: sentinels.map((number) => ({ name: `s${number}`, host: `h${number}`, port: 26379 })),
        ...options,
    };
    return buildModel(args, { id: "id", prefix: "redis-test" });
}
const declared = star("a", ["b", "c"]);
/** The same after a failover. */
const failedOver = star("b", ["a", "c"]);

const addressOf = (host: number) => ({ host: `192.0.2.${host}`, port: 6379 });

/** What is different about what a Sentinel sees, or that it watches nothing, or why it says nothing. */
type SentinelChange = Partial<SentinelView> | "watches nothing" | Absence;

/** What a Sentinel says of others that it knows. */
const seen = (nodes: Model["nodes"] = []) =>
    nodes.map(({ announce }) => ({ endpoint: announce, flags: [], priority: 100 }));
const replicasOf = ({ nodes }: Model) => nodes.filter(({ replicaOf }) => replicaOf);

/** Sentinels that see the servers as `live` declares them, but for `changes`; those that are new watch nothing. */
function sentinels(live: Model, changes: Record<string, SentinelChange>, declared: Model): Observation {
    const known = live.sentinels ?? [];
    const isOf = (model: Model, name: string) => !!model.sentinels?.some((sentinel) => sentinel.name === name);
    const all = [...known, ...(declared.sentinels ?? []).filter(({ name }) => !isOf(live, name))];
    return all.map((node) => {
        const server = container(node, isOf(declared, node.name));
        const change = changes[node.name] ?? (isOf(live, node.name) ? {} : "watches nothing");
        const users = sentinelUsers(passwords);
        const passwordHash = hashPassword(passwords.sentinel ?? "");
        if (change === "watches nothing") return { ...server, sentinel: { users, passwordHash } };
        if (isAbsence(change)) return absent(server, change);
        const view: SentinelView = {
            ...(live.watch as NonNullable<Model["watch"]>),
            master: masterOf(live).announce,
            configEpoch: 1,
            flags: ["master"],
            replicas: seen(replicasOf(live)),
            others: seen(known.filter(({ name }) => name !== node.name)),
            quorumCheck: "OK 3 usable Sentinels. Quorum and failover authorization can be reached",
        };
        return { ...server, sentinel: { users, passwordHash, watch: { ...view, ...change } } };
    });
}

interface Situation {
    declared?: Model;
    /** What the servers and Sentinels were as when they were last well. */
    live?: Model;
    servers?: Record<string, Change>;
    sentinels?: Record<string, SentinelChange>;
    /** Whether another node is the declared master than the last time. */
    moved?: boolean;
    /** Declared masters whose hosts are back that drained the last time. */
    returned?: string[];
}

/** What is said of a deployment that is as `live` declares it, but for some servers and Sentinels. */
function plan(situation: Situation): string[] {
    const { declared: model = declared, moved, returned } = situation;
    const desired = { model, users: [], replicationPassword, passwords, moved, returned };
    return told(planSentinel(desired, observation(situation)));
}

function observation({ declared: model = declared, live = model, ...seen }: Situation): Observation {
    return [...observed(live, seen.servers, model), ...sentinels(live, seen.sentinels ?? {}, model)];
}

describe("a tree under Sentinel", () => {
    it("is left alone when it is as declared", () => {
        assert.deepEqual(plan({}), []);
    });

    it("is the declared one until Sentinels watch, which are told once it is usable", () => {
        const nothing = { s1: "watches nothing", s2: "watches nothing", s3: "watches nothing" } as const;
        const fresh = { a: quarantined, b: quarantined, c: quarantined };
        assert.deepEqual(plan({ servers: fresh, sentinels: nothing }), ["a: make it the master (it starts empty)"]);
        assert.deepEqual(plan({ sentinels: nothing }), [
            "s1: watch a (192.0.2.1:6379)",
            "s2: watch a (192.0.2.1:6379)",
            "s3: watch a (192.0.2.1:6379)",
        ]);
    });

    it("stays around the master that Sentinel has promoted", () => {
        assert.deepEqual(plan({ live: failedOver }), []);
        const tree = treeUnderSentinel(declared, observation({ live: failedOver }));
        assert.deepEqual(
            tree.nodes.map(({ name, replicaOf }) => [name, replicaOf]),
            [
                ["a", "b"],
                ["b", undefined],
                ["c", "b"],
            ],
        );
    });

    it("has new replicas and the old master follow that one", () => {
        const a = { role: "master" as const, following: undefined, linkUp: false, history: { id: "m" } };
        const b = { history: { id: "n", earlier: { id: "m", until: 1001 }, backlogFrom: 1 } };
        assert.deepEqual(plan({ live: failedOver, servers: { a, b } }), [
            "a: follow b (it is a master of its own with 10 keys)",
        ]);
        assert.deepEqual(plan({ declared: star("a", ["b", "c", "d"]), live: failedOver }), [
            "d: follow b (it came up empty)",
        ]);
    });

    it("goes by the majority while not every Sentinel knows of a failover yet", () => {
        assert.deepEqual(plan({ live: failedOver, sentinels: { s1: { master: addressOf(1), configEpoch: 0 } } }), [
            "(s1: expected b as the master (192.0.2.2:6379), seen 192.0.2.1:6379)",
        ]);
    });
});

describe("a handover through Sentinel", () => {
    it("takes place when another node was declared master, once the tree is usable", () => {
        assert.deepEqual(plan({ live: failedOver, moved: true }), [
            "b: hand over to a through Sentinel, the declared master",
        ]);
        assert.deepEqual(plan({ live: failedOver, moved: true, servers: { c: { linkUp: false } } }), [
            "(c: expected its link to b to be up, seen master_link_status:down)",
        ]);
        assert.deepEqual(plan({ moved: true }), []);
    });

    it("waits for the log of the one that is to become the master", () => {
        const logRewrite = "aof_rewrite_scheduled:1";
        const waits = (successor: string) => [
            `(${successor}: expected its log to hold everything before it becomes the master, seen ${logRewrite})`,
        ];
        assert.deepEqual(plan({ live: failedOver, moved: true, servers: { a: { logRewrite } } }), waits("a"));
        const without = star("b", ["c"]);
        assert.deepEqual(plan({ declared: without, live: declared, servers: { b: { logRewrite } } }), waits("b"));
    });

    it("takes place when the master leaves, once its successor has everything", () => {
        const without = star("b", ["c"]);
        assert.deepEqual(plan({ declared: without, live: declared }), ["a: hand over to b through Sentinel, a leaves"]);
        assert.deepEqual(plan({ declared: without, live: declared, servers: { b: { linkUp: false } } }), [
            "(b: expected its link to a to be up, seen master_link_status:down)",
        ]);
    });

    it("gives the master's place to the one with most data when the master came up empty", () => {
        const cutOff = (offset: number) => ({ linkUp: false, offset });
        const servers = { a: quarantined, b: cutOff(900), c: cutOff(950) };
        assert.deepEqual(plan({ servers }), ["a: hand over to c through Sentinel, a came up empty"]);
        assert.deepEqual(plan({ servers: { ...servers, c: "silent" } }), [
            "(c: expected an answer on 192.0.2.3:6379, seen Connection is closed.)",
        ]);
    });

    it("is also what heals servers between two replacements: nobody gets in sync with an empty master", () => {
        const heal = (situation: Situation) => {
            const desired = { model: declared, users: [], replicationPassword, passwords };
            return told(planHealing(desired, observation(situation), false));
        };
        const servers = { a: quarantined, b: { linkUp: false, offset: 900 }, c: { linkUp: false, offset: 950 } };
        assert.deepEqual(heal({ servers }), ["a: hand over to c through Sentinel, a came up empty"]);
        const s2 = { flags: ["master", "o_down", "failover_in_progress"] };
        assert.deepEqual(heal({ servers, sentinels: { s2 } }), []);
        assert.deepEqual(heal({ servers: { b: { linkUp: false } } }), []);
    });

    it("tells nobody between two replacements whom to follow while Sentinel promotes, nor against the last failover", () => {
        const heal = (s1: SentinelChange) => {
            const desired = { model: declared, users: [], replicationPassword, passwords };
            const servers = { c: { role: "master" as const, following: undefined, keys: 20 } };
            return told(planHealing(desired, observation({ servers, sentinels: { s1 } }), false));
        };
        const follows = ["c: follow a (it is a master of its own with 20 keys)"];
        assert.deepEqual(heal({}), follows);
        assert.deepEqual(heal({ flags: ["master", "failover_in_progress"] }), []);
        // The others are told of it within seconds.
        const after = heal({ master: nodeOf(declared, "c").announce, configEpoch: 2 });
        assert.deepEqual(
            after.filter((line) => line.startsWith("c:")),
            [],
        );
        assert.ok(after.includes("b: follow c (it follows 192.0.2.1:6379)"), after.join());
    });

    it("unites Sentinels that failed over to different masters with the same epoch", () => {
        const [a, b] = ["a", "b"].map((name) => nodeOf(declared, name).announce) as [Endpoint, Endpoint];
        const live = failedOver;
        const [s1, s2] = [1, 2].map(() => ({ configEpoch: 7, master: b })) as [SentinelChange, SentinelChange];
        const s3 = { configEpoch: 7, master: a };
        const told1 = plan({ declared, live, sentinels: { s1, s2, s3 } });
        assert.deepEqual(told1, [
            "s3: watch main no more (it names 192.0.2.1:6379 as the master, most name 192.0.2.2:6379)",
        ]);
        const heal = (s3: SentinelChange) => {
            const desired = { model: declared, users: [], replicationPassword, passwords };
            return told(planHealing(desired, observation({ declared, live, sentinels: { s1, s2, s3 } }), false));
        };
        assert.deepEqual(heal(s3), told1);
        assert.deepEqual(heal("watches nothing"), ["s3: watch b (192.0.2.2:6379)"]);
        // One that has not heard of the last failover yet is told by the others.
        assert.deepEqual(heal({ configEpoch: 6, master: a }), []);
    });

    it("is also what heals a master that lost everything and that no replica can stand in for", () => {
        const model = star("a", []);
        const heal = (sentinels: Situation["sentinels"] = {}) => {
            const desired = { model, users: [], replicationPassword, passwords };
            const seen = observation({ declared: model, servers: { a: quarantined }, sentinels });
            return told(planHealing(desired, seen, false));
        };
        assert.deepEqual(heal(), ["a: make it the master (it starts empty)"]);
        assert.deepEqual(heal({ s2: { flags: ["master", "o_down", "failover_in_progress"] } }), []);
    });

    it("is not begun, nor anything else, while a failover of Sentinel's is in progress", () => {
        const s2 = { flags: ["master", "o_down", "failover_in_progress"] };
        assert.deepEqual(plan({ servers: { a: "silent", c: { linkUp: false } }, sentinels: { s2 }, moved: true }), [
            "(Sentinel: expected its failover to end, seen it in progress)",
        ]);
    });
});

describe("hosts that drain", () => {
    const draining = (...names: string[]) => {
        const states = declared.hosts.map(({ name, address }) => ({
            ...{ name, address },
            ...(names.includes(name) ? { state: "draining" as const } : {}),
        }));
        return star("a", ["b", "c"], { hosts: states });
    };
    const behind = { linkUp: false };

    it("have their master hand over through Sentinel to a replica in sync on a host that stays", () => {
        assert.deepEqual(plan({ declared: draining("h1") }), [
            "a: hand over to b through Sentinel, since h1 is draining",
        ]);
        assert.deepEqual(plan({ declared: draining("h1", "h2") }), [
            "a: hand over to c through Sentinel, since h1 is draining",
        ]);
        const waiting = plan({ declared: draining("h1"), servers: { b: behind, c: behind } });
        assert.ok(
            waiting.every((sentence) => sentence.startsWith("(")),
            waiting.join("\n"),
        );
    });

    it("have nothing done to them where the master is elsewhere, and do not get it back, whoever is marked", () => {
        assert.deepEqual(plan({ declared: draining("h2") }), []);
        assert.deepEqual(plan({ declared: draining("h1"), live: failedOver, moved: true }), []);
    });

    it("have the declared master again when they are back, if that had to go", () => {
        assert.deepEqual(plan({ live: failedOver }), []);
        assert.deepEqual(plan({ live: failedOver, returned: ["a"] }), [
            "b: hand over to a through Sentinel, the declared master",
        ]);
    });
});

describe("a master that does not answer", () => {
    it("is left to Sentinel", () => {
        for (const a of ["silent", { gone: "its host h1 is declared down" }] as const) {
            assert.deepEqual(plan({ servers: { a } }), [
                "(a: expected an answer on 192.0.2.1:6379, or Sentinel to promote another server)",
            ]);
        }
    });

    it("is started when it was stopped", () => {
        assert.deepEqual(plan({ servers: { a: "stopped" } }), ["a: start its container (Exited (137))"]);
    });
});

describe("what Sentinels are told", () => {
    it("follows the declared settings, and no others than those that differ", () => {
        const changed = star("a", ["b", "c"], { sentinel: { quorum: 3, downAfterMilliseconds: 2000 } });
        assert.deepEqual(plan({ declared: changed, live: declared }), [
            "s1: set quorum 3, down-after-milliseconds 2000",
            "s2: set quorum 3, down-after-milliseconds 2000",
            "s3: set quorum 3, down-after-milliseconds 2000",
        ]);
        assert.deepEqual(plan({ sentinels: { s2: { "parallel-syncs": 4 } } }), ["s2: set parallel-syncs 1"]);
    });

    it("follows the master's name", () => {
        const named = star("a", ["b", "c"], { sentinel: { name: "orders" } });
        assert.deepEqual(plan({ declared: named, live: declared }), [
            "s1: watch main no more (the master is called orders now)",
            "s2: watch main no more (the master is called orders now)",
            "s3: watch main no more (the master is called orders now)",
        ]);
    });

    it("is to watch no foreign master, and then their own", () => {
        const foreigner = { master: { host: "203.0.113.9", port: 6379 } };
        const why = "its master 203.0.113.9:6379 is none of this deployment";
        assert.deepEqual(plan({ sentinels: { s1: foreigner, s2: foreigner, s3: foreigner } }), [
            `s1: watch main no more (${why})`,
            `s2: watch main no more (${why})`,
            `s3: watch main no more (${why})`,
        ]);
        // Those that watch nothing, or the right one, have nothing to be told.
        const mixed = { s1: foreigner, s2: { ...foreigner, name: "theirs" }, s3: "watches nothing" as const };
        assert.deepEqual(plan({ sentinels: mixed }), [
            `s1: watch main no more (${why})`,
            `s2: watch theirs no more (${why})`,
        ]);
        assert.deepEqual(plan({ sentinels: { s3: foreigner } }), [`s3: watch main no more (${why})`]);
        assert.deepEqual(plan({ sentinels: { s3: "watches nothing" } }), ["s3: watch a (192.0.2.1:6379)"]);
    });
});

describe("a replica that leaves", () => {
    const live = star("a", ["b", "c", "d"]);
    const aside = { d: { ...quarantined, keys: 10, offset: 1000 } };
    const forget = "forget replicas and other Sentinels and find them again (it knows 192.0.2.4:6379)";
    const forgetful = { replicas: [], others: [], quorumCheck: "NOQUORUM 1 usable Sentinels. Not enough" };
    /** What a Sentinel sees that has found again who is there. */
    const found = { replicas: seen(replicasOf(declared)) };

    it("is put out of Sentinel's reach first", () => {
        assert.deepEqual(plan({ live }), ["d: leave the master, out of Sentinel's reach (it leaves)"]);
    });

    it("is then forgotten by one Sentinel after the other", () => {
        const looks: [Record<string, SentinelChange>, string[]][] = [
            [{}, [`s1: ${forget}`]],
            [
                { s1: forgetful },
                [
                    "(s1: expected 2 replicas, seen 0)",
                    "(s1: expected 2 other Sentinels, seen 0)",
                    "(s1: expected a quorum, seen NOQUORUM 1 usable Sentinels. Not enough)",
                ],
            ],
            [{ s1: found }, [`s2: ${forget}`]],
            [{ s1: found, s2: found }, [`s3: ${forget}`]],
            [{ s1: found, s2: found, s3: found }, []],
        ];
        for (const [sentinels, expected] of looks) {
            assert.deepEqual(plan({ live, servers: aside, sentinels }), expected);
        }
    });
});

describe("Sentinels themselves", () => {
    it("are told to watch nothing before they leave, and are then forgotten by the others", () => {
        const live = star("a", ["b", "c"], {}, [1, 2, 3, 4]);
        const forget = "forget replicas and other Sentinels and find them again (it knows 192.0.2.4:26379)";
        assert.deepEqual(plan({ live }), ["s4: watch main no more (it leaves)"]);
        const settled = { quorum: 2 };
        const sentinels = { s1: settled, s2: settled, s3: settled, s4: "watches nothing" as const };
        assert.deepEqual(plan({ live, sentinels }), [`s1: ${forget}`]);
    });

    it("are started when they were stopped, and waited for when they do not answer", () => {
        assert.deepEqual(plan({ sentinels: { s2: "stopped" } }), ["s2: start its container (Exited (137))"]);
        assert.deepEqual(plan({ sentinels: { s2: "silent" } }), [
            "(s2: expected an answer on 192.0.2.2:26379, seen Connection is closed.)",
        ]);
    });

    it("have the declared users", () => {
        const desired = { model: declared, users: [], replicationPassword, passwords: { ...passwords, health: "new" } };
        assert.deepEqual(told(planSentinel(desired, observation({}))), [
            "s1: change users: health (takes the new password as well)",
            "s2: change users: health (takes the new password as well)",
            "s3: change users: health (takes the new password as well)",
        ]);
    });

    it("are waited for until they see everybody and a quorum", () => {
        const s3: Partial<SentinelView> = {
            flags: ["master", "s_down"],
            replicas: [],
            others: [],
            quorumCheck: "NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum",
        };
        assert.deepEqual(plan({ sentinels: { s3 } }), [
            "(s3: expected a to be up, seen s_down (a answers this program: can s3 reach it, and sign in as the user sentinel?))",
            "(s3: expected 2 replicas, seen 0)",
            "(s3: expected 2 other Sentinels, seen 0)",
            "(s3: expected a quorum, seen NOQUORUM 1 usable Sentinels. Not enough available Sentinels to reach the specified quorum)",
        ]);
    });

    it("are missing when their containers do not stay up", () => {
        const s3 = { gone: "its container does not stay up (Restarting (1))" };
        assert.deepEqual(plan({ sentinels: { s3 } }), [
            "(s3: expected an answer on 192.0.2.3:26379, seen its container does not stay up (Restarting (1)))",
        ]);
    });

    it("are not waited for on a host that is declared down, also by those that have found everybody anew", () => {
        const gone = { gone: "its host h3 is declared down" };
        const hosts = declared.hosts.map(({ name, address }) => ({ name, address }));
        const without = star("a", ["b", "c"], {
            hosts: hosts.map((host) => (host.name === "h3" ? { ...host, state: "down" as const } : host)),
        });
        assert.deepEqual(plan({ declared: without, servers: { c: gone }, sentinels: { s3: gone } }), []);
        const s1 = { replicas: seen([nodeOf(declared, "b")]), others: seen(declared.sentinels?.slice(1, 2)) };
        assert.deepEqual(plan({ declared: without, servers: { c: gone }, sentinels: { s1, s3: gone } }), []);
        assert.deepEqual(plan({ sentinels: { s1 } }), [
            "(s1: expected 2 replicas, seen 1)",
            "(s1: expected 2 other Sentinels, seen 1)",
        ]);
    });
});

describe("the table of status", () => {
    it("says which Sentinel takes the master for down, though that one answers", () => {
        const s3 = { flags: ["master", "s_down", "o_down", "disconnected"] };
        const table = statusTable(declared, observation({ sentinels: { s2: "watches nothing", s3 } }));
        const cells = table
            .map((line) => line.split(/ {2,}/))
            .map(([name, , , ...rest]) => [name, ...rest.slice(0, 2)]);
        assert.deepEqual(cells, [
            ["NODE", "ROLE", "LINK"],
            ["a", "master", "2 online"],
            ["├─ b", "replica", "up"],
            ["└─ c", "replica", "up"],
            ["s1", "sentinel", "quorum"],
            ["s2", "sentinel", "watches nothing"],
            ["s3", "sentinel", "quorum, takes a for down"],
        ]);
    });
});
