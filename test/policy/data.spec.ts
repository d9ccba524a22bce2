import { deepStrictEqual } from "node:assert/strict";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { edit, named, node, replication, watched } from "./support/baseline";
import { breaks } from "./support/breaks";
import { type Declared, judge, policyNamed, summary } from "./support/judge";
import { own } from "./support/own";

const config = (name: string) => ({ volumeName: `${name}-config`, containerPath: "/etc/redis", readOnly: true });
const set =
    (name: string, props: Record<string, unknown>) =>
    (all: Declared[]): unknown =>
        Object.assign(named(all, name).props, props);
const volatile = (text: string) => text.replace("appendonly yes", 'appendonly no\nsave ""');

breaks("redis-data-volume", [
    ...Object.entries({
        "no volume": [config("master")],
        "an anonymous volume": [config("master"), { containerPath: "/data" }],
    }).map(([what, volumes]) => ({
        it: `refuses ${what}`,
        baseline: replication,
        change: set("master", { volumes }),
        expect: ["redis-data-volume master"],
    })),
    {
        it: "refuses memory",
        baseline: replication,
        change: set("master", { volumes: [config("master")], mounts: [{ type: "tmpfs", target: "/data" }] }),
        expect: ["redis-data-volume master"],
        says: /\/data is in memory/,
    },
    {
        it: "follows `dir`",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => `${text}dir /var/lib/redis\n`),
        expect: ["redis-data-volume master"],
        says: /\/var\/lib\/redis is on no volume/,
    },
    {
        it: "accepts a folder of the host and a cache without one",
        baseline: replication,
        change: (all) => {
            set("master", { volumes: [config("master"), { hostPath: "/srv/redis", containerPath: "/data" }] })(all);
            set("replica1", { volumes: [config("replica1")] })(all);
            edit(all, "replica1", "redis.conf", volatile);
        },
        expect: [],
    },
]);

breaks("redis-single-file-configuration", [
    {
        it: "refuses a Sentinel's file that is itself a mount",
        baseline: watched,
        change: set("sentinel1", {
            volumes: [{ hostPath: "/srv/redis/sentinel.conf", containerPath: "/sentinel/sentinel.conf" }],
        }),
        // Whom it watches is not seen, and so not counted.
        expect: ["redis-single-file-configuration sentinel1", "redis-configuration-visible sentinel1"],
        says: /itself a mount and cannot be replaced/,
    },
    {
        it: "refuses a server's read-only file under Sentinel",
        baseline: watched,
        change: set("master", { command: ["redis-server", "/etc/redis/redis.conf"] }),
        expect: ["redis-single-file-configuration master"],
        says: /mounted read-only, and Sentinel has the server rewrite it/,
    },
]);

breaks("redis-persistence-stated", [
    {
        it: "wants a statement",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace("appendonly yes\n", "")),
        expect: ["redis-persistence-stated master"],
    },
]);

breaks("redis-volatile-master-restart", [
    {
        it: "refuses a master that keeps nothing and restarts",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", volatile),
        expect: ["redis-volatile-master-restart master"],
        says: /empties its replicas/,
    },
    {
        it: "accepts it without replicas",
        baseline: () => node("master", 6379),
        change: (all) => edit(all, "master", "redis.conf", volatile),
        expect: [],
    },
]);

describe("redis-volatile-master-restart, of this project's own servers that keep nothing", () => {
    const declarations: Record<string, DeploymentArguments> = {
        tree: {
            image: "redis:8.0.2",
            nodes: [
                { name: "master", port: 6379, persistence: "none" },
                { name: "replica", port: 6380, persistence: "none", replicaOf: "master" },
            ],
        },
        cluster: {
            topology: "cluster",
            image: "redis:8.0.2",
            nodes: [1, 2, 3].flatMap((shard) => [
                { name: `m${shard}`, port: 6370 + shard, persistence: "none" },
                { name: `r${shard}`, port: 6380 + shard, persistence: "none", replicaOf: `m${shard}` },
            ]),
        },
    };
    for (const [shape, declaration] of Object.entries(declarations)) {
        it(`accepts a ${shape}, whose start script keeps an empty master from its replicas`, () => {
            deepStrictEqual(summary(judge(own(declaration), {}, [policyNamed("redis-volatile-master-restart")])), []);
        });
    }
});

breaks("redis-replica-persistence", [
    {
        it: "wants one replica to keep its data",
        baseline: replication,
        change: (all) => {
            edit(all, "replica1", "redis.conf", volatile);
            edit(all, "replica2", "redis.conf", volatile);
        },
        expect: ["redis-replica-persistence replica1"],
        says: /none of the 2 replicas/,
    },
    {
        it: "is content with one",
        baseline: replication,
        change: (all) => edit(all, "replica2", "redis.conf", volatile),
        expect: [],
    },
]);

breaks("redis-configuration-visible", [
    {
        it: "says when it cannot see the file",
        baseline: replication,
        change: set("master", { command: ["redis-server", "/usr/local/etc/redis/redis.conf"] }),
        expect: ["redis-configuration-visible master"],
    },
    {
        it: "says when it cannot see the users",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace("/etc/redis/users.acl", "/run/users.acl")),
        expect: ["redis-configuration-visible master"],
        says: /ACL file cannot be seen/,
    },
]);

describe("redis-volume-protected", () => {
    it("wants `protect` where it is turned on", () => {
        const resources = replication();
        named(resources, "replica1-data").protect = true;
        deepStrictEqual(summary(judge(resources, {}, [policyNamed("redis-volume-protected")])), [
            "redis-volume-protected master-data",
            "redis-volume-protected replica2-data",
        ]);
    });
});
