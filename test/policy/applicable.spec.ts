import { deepStrictEqual, match, ok } from "node:assert/strict";
import type { ResourceValidationPolicy } from "@pulumi/policy";
import { policies } from "../../policies/index";
import { node, replication, server, watched } from "./support/baseline";
import { container, type Declared, remoteImage, verdict } from "./support/judge";

const inspected = policies.filter((policy) => (policy as ResourceValidationPolicy).validateResource !== undefined);

/** Why policies had nothing to say of the stack, by policy. */
function ofStack(resources: readonly Declared[]): Map<string, string> {
    const { notApplicable } = verdict(resources, {}, policies);
    return new Map(
        notApplicable.flatMap(({ policy, resource, reason }) => (resource === undefined ? [[policy, reason]] : [])),
    );
}

/** Why policies had nothing to say of a resource, by policy. */
function of(resource: Declared): Map<string, string> {
    const { notApplicable } = verdict([resource], {}, policies);
    return new Map(notApplicable.flatMap((one) => (one.resource === undefined ? [] : [[one.policy, one.reason]])));
}

describe("a policy that has nothing to say", () => {
    it("says so of a stack without Redis, in a sentence", () => {
        const nginx = { type: container, name: "web", props: { image: "nginx:1.27", command: ["nginx"] } };
        const reasons = ofStack([nginx]);
        deepStrictEqual([...reasons.keys()].sort(), policies.map(({ name }) => name).sort());
        for (const reason of reasons.values()) match(reason, /^[A-Z][^.]+\.$/);
        deepStrictEqual(
            new Set(of(nginx).values()),
            new Set(["As far as its image and command tell, the container runs no Redis and no Valkey."]),
        );
        deepStrictEqual(of(nginx).size, inspected.length);
    });

    it("says so of Sentinels where there are none, and only there", () => {
        const about = [
            "chain-with-sentinel",
            "sentinel-count",
            "sentinel-hosts",
            "sentinel-password",
            "sentinel-quorum",
        ];
        const sentinels = [...about, "single-file-configuration"].map((name) => `redis-${name}`);
        for (const policy of sentinels) {
            deepStrictEqual(ofStack(replication()).get(policy), "The stack shows no Sentinel.");
            deepStrictEqual(ofStack(watched()).get(policy), undefined, policy);
        }
    });

    it("says so of clusters, replicas, hosts and their network where there are none", () => {
        const reasons = ofStack(node("master", 6379));
        deepStrictEqual(reasons.get("redis-cluster-masters"), "The stack shows no node of a cluster.");
        deepStrictEqual(reasons.get("redis-replica-persistence"), "The stack shows no replica.");
        deepStrictEqual(
            reasons.get("redis-host-network-bind"),
            "The stack shows no server or Sentinel on its host's network.",
        );
        deepStrictEqual(reasons.get("redis-duplicate-address"), "The stack shows no second server or Sentinel.");
        deepStrictEqual(ofStack(replication()).get("redis-replica-host"), "The stack shows no second host.");
        ok(!reasons.has("redis-password-required") && !reasons.has("redis-maxmemory"));
    });

    it("says so of a container without what it judges", () => {
        const reasons = of({ ...server("master", 6379), props: { ...server("master", 6379).props, healthcheck: {} } });
        deepStrictEqual(reasons.get("redis-host-sysctl"), "The container has a network of its own.");
        deepStrictEqual(reasons.get("redis-secret-in-health-check"), "The container has no health check.");
        match(reasons.get("redis-secret-unmarked") ?? "", /^Policies do not see what is a secret/);
        ok(!reasons.has("redis-privileged") && !reasons.has("redis-health-check"));
    });

    it("says so of an image or a command, unless it is of Redis", () => {
        const image = (name: string) => ({ type: remoteImage, name: "image", props: { name } });
        const command = { type: "command:local:Command", name: "form", props: { create: "redis-cli PING" } };
        ok(of(image("nginx:1")).has("redis-image-pinned") && !of(image("redis:8.2.1")).has("redis-image-pinned"));
        deepStrictEqual(of(command).get("redis-image-pinned"), "It is no container.");
        ok(!of(command).has("redis-secret-in-command"));
    });
});
