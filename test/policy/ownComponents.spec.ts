import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { isUnrestricted } from "../../policies/redis/acl";
import { usualAdministrators } from "../../policies/redis/judge";
import * as known from "../../policies/redis/ownComponents";
import type { StackResource } from "../../policies/redis/resource";
import { groupsOf, type RedisNode, readStack, type Stack } from "../../policies/redis/stack";
import { startScriptOf } from "../../redis/model/files/startScript";
import { labels } from "../../redis/model/names";
import { type Declared, judge, summary } from "./support/judge";
import { own, ownCluster, ownWatched } from "./support/own";

/** Resources as the pack reads them. */
function read(resources: readonly Declared[]): Stack {
    const converted = resources.map(
        ({ type, name, props, protect = false, provider }): StackResource => ({
            type,
            name,
            urn: `urn:pulumi:own::test::${type}::${name}`,
            props,
            protect,
            provider: provider && { urn: provider.name, props: provider.props },
            sources: {},
        }),
    );
    return readStack(converted, () => undefined);
}

const named = (stack: Stack, name: string) => stack.nodes.find((node) => node.name === name) as RedisNode;
const withoutConvergence = (resources: Declared[]) => resources.filter(({ type }) => !type.startsWith("command:"));

/** Changes a text wherever it stands, as a rename in the components would. */
const renamed = (resources: Declared[], from: string, to: string) =>
    JSON.parse(JSON.stringify(resources).replaceAll(from, to)) as Declared[];

/** Each of what the pack knows of this repository's components, read from what they make: a rename there shows here. */
describe("what the pack reads of this repository's own components", () => {
    const watched = own(ownWatched("a", "b", "c"));
    const cluster = own(ownCluster(3, 1));

    it("is the label that says which containers are one deployment", () => {
        strictEqual(known.deploymentLabel, labels.deployment);
        const both = [...cluster, ...own(ownCluster(3, 1), "other")];
        for (const { props } of both) Object.assign(props, { networksAdvanced: [{ name: "shared" }] });
        deepStrictEqual(
            groupsOf(read(both)).map((nodes) => nodes.length),
            [6, 6],
        );
        deepStrictEqual(groupsOf(read(renamed(both, labels.deployment, "another"))).length, 1);
    });

    it("is the master that the convergence tells Sentinels to watch", () => {
        const monitor = { name: "main", host: "10.0.0.1", port: 6379, quorum: 2 };
        for (const name of ["own-sentinel1", "own-sentinel2", "own-sentinel3"]) {
            deepStrictEqual(named(read(watched), name).monitors, [monitor]);
            deepStrictEqual(named(read(withoutConvergence(watched)), name).monitors, []);
        }
    });

    it("are the roles that the convergence gives the nodes of a cluster", () => {
        const roles = (stack: Stack) => stack.nodes.map(({ name, role, master }) => [name, role, master?.name]);
        deepStrictEqual(roles(read(cluster)), [
            ["own-shard1-1", "master", undefined],
            ["own-shard1-2", "replica", "own-shard1-1"],
            ["own-shard2-1", "master", undefined],
            ["own-shard2-2", "replica", "own-shard2-1"],
            ["own-shard3-1", "master", undefined],
            ["own-shard3-2", "replica", "own-shard3-1"],
        ]);
        ok(read(withoutConvergence(cluster)).nodes.every(({ role }) => role === undefined));
    });

    it("are the files that the start script reads: all of the configuration, and whom a server replicates", () => {
        const stack = read(watched);
        for (const node of stack.nodes) ok(node.settings.complete && node.usersComplete, node.name);
        deepStrictEqual(
            stack.nodes.filter(({ kind }) => kind === "server").map(({ name, master }) => [name, master?.name]),
            [
                ["own-redis1", undefined],
                ["own-redis2", "own-redis1"],
                ["own-redis3", "own-redis1"],
            ],
        );
        const moved = read(renamed(watched, `/${known.replicaOfFile}`, "/elsewhere"));
        deepStrictEqual(named(moved, "own-redis2").replicaOf, undefined);
    });

    it("is that the start script keeps an empty master from its replicas", () => {
        for (const topology of ["replication", "sentinel", "cluster"] as const) {
            ok(known.guardsReplicas(startScriptOf(topology)), topology);
        }
        ok(!known.guardsReplicas("exec redis-server /etc/redis/redis.conf"));
    });

    it("is the user with whom a deployment administers itself", () => {
        const { users } = named(read(watched), "own-redis1");
        deepStrictEqual(
            users.filter((user) => user.enabled && isUnrestricted(user)).map(({ name }) => name),
            [known.administrator],
        );
        ok(usualAdministrators.includes(known.administrator));
        const violations = summary(judge(renamed(watched, "user administrator", "user boss")));
        ok(violations.includes("redis-acl-unrestricted redis1"), violations.join());
    });

    it("stands in one file", () => {
        const folder = join(__dirname, "..", "..", "policies");
        const files = readdirSync(folder, { recursive: true, encoding: "utf8" }).filter(
            (file) =>
                file.endsWith(".ts") && /redis-on-docker\.|\bstdin\b/.test(readFileSync(join(folder, file), "utf8")),
        );
        deepStrictEqual(files, [join("redis", "ownComponents.ts")]);
    });
});
