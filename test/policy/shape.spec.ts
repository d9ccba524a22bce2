import { deepStrictEqual } from "node:assert/strict";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { cluster, edit, named, onHost, place, replication, sentinel, watched } from "./support/baseline";
import { breaks } from "./support/breaks";
import { type Declared, judge, summary, unknown } from "./support/judge";
import { own, ownCluster, ownWatched } from "./support/own";

const set =
    (name: string, props: Record<string, unknown>) =>
    (all: Declared[]): unknown =>
        Object.assign(named(all, name).props, props);
/** Moves a node and its files to another host. */
const move = (all: Declared[], name: string, host: string) => {
    for (const suffix of ["", "-files"]) {
        named(all, name + suffix).provider = onHost(host);
    }
};
/** An Engine that is reached through a socket of its own, such as the end of a tunnel. */
const onSocket = (host: string) => {
    const provider = onHost(host);
    return { ...provider, props: { host: `unix:///run/engines/${host}.sock` } };
};
const remove = (all: Declared[], prefix: string) => {
    for (let index = all.length - 1; index >= 0; index--) {
        if (all[index]?.name.startsWith(prefix)) {
            all.splice(index, 1);
        }
    }
};
const quorum = (value: number) => (all: Declared[]) => {
    for (const name of ["sentinel1", "sentinel2", "sentinel3"]) {
        edit(all, name, "sentinel.conf", (text) => text.replace(/6379 \d/, `6379 ${value}`));
    }
};

/** Has Sentinels watch a master that no program declares. */
const elsewhere = (all: Declared[]) => {
    for (const name of ["sentinel1", "sentinel2", "sentinel3"]) {
        edit(all, name, "sentinel.conf", (text) => text.replace("main master 6379", "main 10.9.8.7 7000"));
    }
};

breaks("redis-replica-host", [
    {
        it: "warns of a replica on its master's host",
        baseline: watched,
        change: (all) => move(all, "replica1", "a"),
        expect: ["redis-replica-host replica1"],
    },
    { it: "is content with one host", baseline: () => place(replication(), "a"), change: () => undefined, expect: [] },
]);

breaks("redis-cluster-masters", [
    {
        it: "refuses two nodes",
        baseline: cluster,
        change: (all) => ["node3", "node4", "node5", "node6"].forEach((name) => void remove(all, name)),
        expect: ["redis-cluster-masters node1", "redis-master-majority node1"],
        says: /2 cluster nodes make 2 masters/,
    },
    {
        it: "counts the replicas that the command asks for",
        baseline: cluster,
        change: (all) =>
            all.push({
                type: "command:local:Command",
                name: "create",
                props: { create: "redis-cli --cluster create 10.0.0.1:6371 --cluster-replicas 2 --cluster-yes" },
            }),
        expect: ["redis-cluster-masters node1"],
        says: /6 cluster nodes with 2 replicas per master make 2 masters/,
    },
]);

breaks("redis-master-majority", [
    {
        it: "warns of two hosts",
        baseline: cluster,
        change: (all) => {
            move(all, "node3", "10.0.0.1");
            move(all, "node6", "10.0.0.2");
        },
        expect: ["redis-master-majority node1"],
        says: /with two hosts one of them/,
    },
    {
        it: "warns of a host with most of the nodes",
        baseline: cluster,
        change: (all) => {
            move(all, "node2", "10.0.0.1");
            move(all, "node3", "10.0.0.1");
        },
        expect: ["redis-master-majority node1"],
        says: /node1, node2, node3 and node4 share a host/,
    },
]);

const becomes = (declaration: DeploymentArguments) => (all: Declared[]) =>
    all.splice(0, all.length, ...own(declaration));
const spread = (...hosts: string[]) =>
    Object.fromEntries(hosts.map((host, at) => [`shard${Math.floor(at / 2) + 1}-${(at % 2) + 1}`, host]));

breaks("Roles in a cluster, where the program declares them", [
    {
        it: "make one shard too few",
        baseline: () => own(ownCluster(3, 1)),
        change: becomes(ownCluster(1, 1)),
        expect: ["redis-cluster-masters shard1-1"],
        says: /the cluster is declared with 1 master, fewer than three\. Declare at least three masters/,
    },
    {
        it: "make two shards too few, however many replicas they have",
        baseline: () => own(ownCluster(3, 1)),
        change: becomes(ownCluster(2, 2)),
        expect: ["redis-cluster-masters shard1-1"],
        says: /declared with 2 masters/,
    },
    {
        it: "make three shards enough, without any replica",
        baseline: () => own(ownCluster(3, 1)),
        change: becomes(ownCluster(3, 0)),
        expect: [],
    },
    {
        it: "are looked for on one host, whatever else runs there",
        baseline: () => own(ownCluster(3, 1, spread("a", "b", "b", "c", "c", "a"))),
        change: becomes(ownCluster(3, 1, spread("a", "b", "a", "c", "c", "b"))),
        expect: ["redis-master-majority shard1-1"],
        says: /2 of 3 masters are on one host \(\S*shard1-1 and \S*shard2-1\), and its loss leaves no majority/,
    },
    {
        it: "are no majority on a host with most of the nodes",
        baseline: () => own(ownCluster(3, 1, spread("a", "b", "b", "c", "c", "a"))),
        change: becomes(ownCluster(3, 1, spread("a", "c", "b", "c", "c", "a"))),
        expect: [],
    },
    {
        it: "tell which replica is on its master's host",
        baseline: () => own(ownCluster(3, 1, spread("a", "b", "b", "c", "c", "a"))),
        change: becomes(ownCluster(3, 1, spread("a", "b", "b", "b", "c", "a"))),
        expect: ["redis-replica-host shard2-2"],
    },
]);

describe("Roles of a cluster of which the command that tells them cannot be read", () => {
    for (const stdin of [undefined, unknown, "no JSON", '{"nodes":[{}]}']) {
        it(`are not guessed at: ${stdin}`, () => {
            const all = own(ownCluster(2, 1));
            const masters = () => summary(judge(all)).filter((one) => one.startsWith("redis-cluster-masters"));
            deepStrictEqual(masters(), ["redis-cluster-masters shard1-1"]);
            named(all, "converge").props.stdin = stdin;
            deepStrictEqual(masters(), []);
        });
    }
});

breaks("redis-sentinel-count", [
    {
        it: "refuses two",
        baseline: watched,
        change: (all) => remove(all, "sentinel3"),
        expect: ["redis-sentinel-count sentinel1"],
        says: /2 Sentinels watch it/,
    },
    {
        it: "refuses four",
        baseline: watched,
        change: (all) => all.push(...sentinel("sentinel4", 26382, "d")),
        expect: [
            "redis-sentinel-count sentinel1",
            ...[1, 2, 3, 4].map((number) => `redis-sentinel-quorum sentinel${number}`),
        ],
        says: /4 Sentinels watch it, which is no better than 3/,
    },
]);

breaks("Sentinels whose master is not in the stack", [
    { it: "are counted together", baseline: watched, change: elsewhere, expect: [] },
    {
        it: "are not judged by their number in a stack without servers",
        baseline: watched,
        change: (all) => {
            elsewhere(all);
            ["master", "replica", "sentinel3"].forEach((name) => void remove(all, name));
        },
        expect: [],
    },
    {
        it: "still need a quorum that is a majority of those that are seen",
        baseline: watched,
        change: (all) => {
            quorum(1)(all);
            elsewhere(all);
            ["master", "replica", "sentinel3"].forEach((name) => void remove(all, name));
        },
        expect: ["redis-sentinel-quorum sentinel1", "redis-sentinel-quorum sentinel2"],
    },
]);

/** Changes what a declaration says of Sentinels, in the command that tells them. */
const tell = (change: (declaration: { watch: { quorum: number } }) => unknown) => (all: Declared[]) => {
    const { props } = named(all, "converge");
    const declaration = JSON.parse(String(props.stdin));
    change(declaration);
    props.stdin = JSON.stringify(declaration);
};

breaks("Sentinels that this project's convergence tells whom to watch", [
    {
        it: "are judged by their quorum",
        baseline: () => own(ownWatched("a", "b", "c")),
        change: tell(({ watch }) => (watch.quorum = 1)),
        expect: [1, 2, 3].map((number) => `redis-sentinel-quorum sentinel${number}`),
        says: /sentinel monitor main: a quorum of 1 is no majority of 3/,
    },
    {
        it: "are counted",
        baseline: () => own(ownWatched("a", "b", "c")),
        change: (all) => all.splice(0, all.length, ...own(ownWatched("a", "b"))),
        expect: ["redis-sentinel-count sentinel1"],
    },
    {
        it: "are looked for on one host",
        baseline: () => own(ownWatched("a", "b", "c")),
        change: (all) => all.splice(0, all.length, ...own(ownWatched("a", "a", "b"))),
        expect: ["redis-sentinel-hosts sentinel1"],
    },
]);

describe("Sentinels of which the command that tells them cannot be read", () => {
    for (const stdin of [undefined, unknown, "", "no JSON", "[]", '{"watch":{},"sentinels":[{}]}']) {
        it(`are left alone: ${stdin}`, () => {
            const all = own(ownWatched("a", "a"));
            const aboutSentinels = () => summary(judge(all)).filter((one) => one.startsWith("redis-sentinel-"));
            deepStrictEqual(aboutSentinels(), ["redis-sentinel-count sentinel1", "redis-sentinel-hosts sentinel1"]);
            named(all, "converge").props.stdin = stdin;
            deepStrictEqual(aboutSentinels(), []);
        });
    }
});

breaks("redis-sentinel-hosts", [
    {
        it: "warns of a host with most of them",
        baseline: watched,
        change: (all) => move(all, "sentinel2", "a"),
        expect: ["redis-sentinel-hosts sentinel1"],
        says: /2 of 3 Sentinels/,
    },
]);

breaks("redis-sentinel-quorum", [
    {
        it: "refuses a minority",
        baseline: watched,
        change: quorum(1),
        expect: [1, 2, 3].map((number) => `redis-sentinel-quorum sentinel${number}`),
        says: /a quorum of 1 is no majority of 3 Sentinels\. Write 2/,
    },
    {
        it: "refuses more than there are",
        baseline: watched,
        change: quorum(4),
        expect: [1, 2, 3].map((number) => `redis-sentinel-quorum sentinel${number}`),
        says: /more than the 3 Sentinels/,
    },
]);

breaks("redis-chain-with-sentinel", [
    {
        it: "refuses a replica of a replica under Sentinel",
        baseline: watched,
        change: (all) =>
            edit(all, "replica2", "redis.conf", (text) =>
                text.replace("replicaof master 6379", "replicaof replica1 6380"),
            ),
        expect: ["redis-chain-with-sentinel replica2"],
    },
    {
        it: "accepts a chain without Sentinel",
        baseline: replication,
        change: (all) =>
            edit(all, "replica2", "redis.conf", (text) =>
                text.replace("replicaof master 6379", "replicaof replica1 6380"),
            ),
        expect: [],
    },
]);

breaks("redis-duplicate-address", [
    {
        it: "refuses one published port for two",
        baseline: replication,
        change: set("replica1", { ports: [{ internal: 6380, external: 6379, ip: "127.0.0.1" }] }),
        expect: ["redis-duplicate-address replica1"],
        says: /127\.0\.0\.1:6379 is already that of master/,
    },
    {
        it: "accepts one port on two addresses, and on two hosts",
        baseline: watched,
        change: set("replica1", { ports: [{ internal: 6380, external: 6379, ip: "127.0.0.1" }] }),
        expect: [],
    },
    {
        it: "refuses one announced address for two",
        baseline: cluster,
        change: (all) =>
            edit(all, "node2", "redis.conf", (text) =>
                text
                    .replace(/announce-ip .*\n/, "announce-ip 10.0.0.1\n")
                    .replace(/announce-port .*\n/, "announce-port 6371\n"),
            ),
        expect: ["redis-duplicate-address node2"],
    },
    {
        it: "refuses one port of the host for two",
        baseline: () => {
            const all = place(cluster(), "one");
            for (const number of [1, 2, 3, 4, 5, 6]) {
                edit(all, `node${number}`, "redis.conf", (text) => text.replace(/bind .*\n/, ""));
            }
            return all;
        },
        change: (all) => edit(all, "node2", "redis.conf", (text) => text.replace(/^port .*/m, "port 6371")),
        expect: ["redis-duplicate-address node2"],
        says: /port 6371 of the host is already that of node1/,
    },
]);

describe("a server that moves to another host", () => {
    /** With a refresh the engine lists the one that leaves as well, under the names that it has on its own host. */
    it("is not taken for the one that leaves, also where both hosts are reached through sockets", () => {
        const all = cluster();
        const moved = all.filter(({ name }) => name.startsWith("node1"));
        for (const resource of all) resource.provider = onSocket("a");
        const other = structuredClone(moved).map((resource) => ({
            ...resource,
            name: `b-${resource.name}`,
            provider: onSocket("b"),
        }));
        edit(other, "b-node1", "redis.conf", (text) => text.replace(/announce-ip .*\n/, "announce-ip 10.0.0.2\n"));
        deepStrictEqual(
            summary(judge([...all, ...other])).filter((line) => line.startsWith("redis-duplicate-address")),
            [],
        );
    });
});

describe("a server that is renamed in the program", () => {
    /** With a refresh the engine lists it under its former name as well. */
    it("is judged once", () => {
        const all = replication();
        const twice = all.flatMap((resource): Declared[] => {
            if (!resource.name.startsWith("replica1")) return [resource];
            const name = resource.name.replace("replica1", "second");
            return [resource, { ...resource, name, formerly: resource.name }];
        });
        deepStrictEqual(
            summary(judge(twice)).map((line) => line.replaceAll("second", "replica1")),
            summary(judge(all)),
        );
    });
});
