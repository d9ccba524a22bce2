import { cluster, edit, named, replication, watched } from "./support/baseline";
import { breaks } from "./support/breaks";
import type { Declared } from "./support/judge";

/** Sets properties of a resource. */
const set =
    (name: string, props: Record<string, unknown>) =>
    (all: Declared[]): unknown =>
        Object.assign(named(all, name).props, props);

breaks("redis-protected-mode", [
    {
        it: "refuses `no` without a password",
        baseline: replication,
        change: (all) => {
            edit(all, "master", "redis.conf", (text) => text.replace("protected-mode yes", "protected-mode no"));
            edit(all, "master", "users.acl", (text) => text.replace(/default on #\w+/, "default on nopass"));
        },
        expect: ["redis-protected-mode master", "redis-password-required master"],
    },
    {
        it: "accepts `no` with one",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace("protected-mode yes", "protected-mode no")),
        expect: [],
    },
]);

breaks("redis-published-everywhere", [
    ...[undefined, "", "0.0.0.0", "::"].map((ip) => ({
        it: `refuses ip ${ip}`,
        baseline: replication,
        change: set("master", { ports: [{ internal: 6379, external: 6379, ip }] }),
        expect: ["redis-published-everywhere master", "redis-tls master"],
        says: /port 6379 is published on every interface/,
    })),
    {
        it: "refuses publishAllPorts",
        baseline: replication,
        change: set("master", { ports: [], publishAllPorts: true }),
        expect: ["redis-published-everywhere master"],
    },
    {
        it: "accepts a private address, and asks for TLS there",
        baseline: replication,
        change: set("master", { ports: [{ internal: 6379, external: 6379, ip: "192.168.10.10" }] }),
        expect: ["redis-tls master"],
    },
    { it: "accepts no ports", baseline: replication, change: set("master", { ports: undefined }), expect: [] },
]);

breaks("redis-cluster-bus-published", [
    {
        it: "refuses the bus port beside the client port",
        baseline: cluster,
        change: set("node1", {
            networkMode: "bridge",
            ports: [
                { internal: 6371, external: 6371, ip: "10.0.0.1" },
                { internal: 16371, external: 16371, ip: "10.0.0.1" },
            ],
        }),
        expect: ["redis-cluster-bus-published node1"],
        says: /bus port 16371 is published on 10\.0\.0\.1/,
    },
    {
        it: "accepts it with tls-cluster",
        baseline: cluster,
        change: (all) => {
            set("node1", { networkMode: "bridge", ports: [{ internal: 16371, external: 16371, ip: "10.0.0.1" }] })(all);
            edit(all, "node1", "redis.conf", (text) => text.replace("tls-port 0", "tls-port 6371\ntls-cluster yes"));
        },
        expect: [],
    },
]);

breaks("redis-host-network-bind", [
    {
        it: "refuses no bind",
        baseline: cluster,
        change: (all) => edit(all, "node1", "redis.conf", (text) => text.replace(/bind .*\n/, "")),
        expect: ["redis-host-network-bind node1"],
    },
    {
        it: "refuses every interface",
        baseline: cluster,
        change: (all) => edit(all, "node1", "redis.conf", (text) => text.replace(/bind .*\n/, "bind * -::*\n")),
        expect: ["redis-host-network-bind node1"],
        says: /`\*` on the host's network/,
    },
    {
        it: "is content on a bridge",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => `${text}bind *\n`),
        expect: [],
    },
]);

breaks("redis-loopback-announced", [
    {
        it: "refuses a replica that looks for its master in its own container",
        baseline: replication,
        change: (all) =>
            edit(all, "replica1", "redis.conf", (text) => text.replace("replicaof master", "replicaof 127.0.0.1")),
        expect: ["redis-loopback-announced replica1"],
        says: /replicaof: .*127\.0\.0\.1/,
    },
    {
        it: "accepts it on the network of one host",
        baseline: () => {
            const all = replication();
            for (const name of ["master", "replica1", "replica2"]) {
                set(name, { networkMode: "host", ports: undefined, networksAdvanced: undefined })(all);
                edit(all, name, "redis.conf", (text) => `${text}bind 127.0.0.1\n`);
            }
            return all;
        },
        change: (all) =>
            edit(all, "replica1", "redis.conf", (text) => text.replace("replicaof master", "replicaof 127.0.0.1")),
        expect: [],
    },
    {
        it: "refuses a cluster node that announces it",
        baseline: cluster,
        change: (all) =>
            edit(all, "node1", "redis.conf", (text) => text.replace(/announce-ip .*/, "announce-ip 127.0.0.1")),
        expect: ["redis-loopback-announced node1"],
        says: /cluster-announce-ip/,
    },
    {
        it: "refuses a Sentinel that looks for its master there",
        baseline: watched,
        change: (all) =>
            edit(all, "sentinel1", "sentinel.conf", (text) => text.replace("main master", "main 127.0.0.1")),
        expect: [
            "redis-loopback-announced sentinel1",
            "redis-sentinel-count sentinel1",
            "redis-sentinel-count sentinel2",
        ],
    },
]);

breaks("redis-tls", [
    {
        it: "wants the links to masters to speak it where clients do",
        baseline: () => {
            const all = replication();
            for (const name of ["master", "replica1", "replica2"]) {
                set(name, { ports: [{ internal: 6379, external: 6379, ip: `10.0.0.${name.length}${name.at(-1)}` }] })(
                    all,
                );
                edit(all, name, "redis.conf", (text) => `${text}tls-port 6479\ntls-replication yes\n`);
            }
            return all;
        },
        change: (all) => edit(all, "replica1", "redis.conf", (text) => text.replace("tls-replication yes\n", "")),
        expect: ["redis-tls replica1"],
        says: /tls-replication/,
    },
]);
