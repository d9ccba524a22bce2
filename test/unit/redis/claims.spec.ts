import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { claimProblems, claimsOf } from "../../../redis/model/claims";
import { buildModel } from "../../../redis/model/model";

const tree = (port: number, more: Partial<DeploymentArguments> = {}): DeploymentArguments => ({
    image: "redis:8",
    nodes: [{ name: "master", port }],
    ...more,
});
const claims = (args: DeploymentArguments, prefix: string) =>
    claimsOf(args, buildModel(args, { id: "", prefix }), (docker = "unix:///local") => docker);
const against = (own: DeploymentArguments, other: DeploymentArguments, prefixes = ["own", "other"]) =>
    claimProblems(claims(own, prefixes[0] ?? ""), [{ name: "cache", claims: claims(other, prefixes[1] ?? "") }]);

describe("two deployments of one program", () => {
    it("stand side by side with ports of their own, on hosts of their own, and at addresses of their own", () => {
        assert.deepEqual(against(tree(6379), tree(6380)), []);
        const at = (docker: string, address?: string) => tree(6379, { hosts: [{ name: "h", docker, address }] });
        assert.deepEqual(against(at("tcp://a:1"), at("tcp://b:1")), []);
        assert.deepEqual(against(at("tcp://a:1", "192.0.2.1"), at("tcp://a:1", "192.0.2.2")), []);
    });

    it("cannot have one port, whoever comes first", () => {
        const [problem, ...others] = against(tree(6379), tree(6379));
        assert.deepEqual(others, []);
        assert.deepEqual(problem, {
            path: "nodes[0].port",
            message:
                "port 6379 of 127.0.0.1 is that of master in the deployment cache of this program, too; choose another here or there",
        });
        assert.equal(against(tree(6379, { hosts: [{ name: "h", docker: "unix:///local" }] }), tree(6379)).length, 1);
    });

    it("cannot have a port and a bus port that are one, Sentinels and shapes counted", () => {
        const cluster: DeploymentArguments = {
            topology: "cluster",
            image: "redis:8",
            network: "host",
            cluster: { shards: 3, firstPort: 7000 },
        };
        assert.deepEqual(
            against(cluster, tree(17_003)).map(({ path }) => path),
            ["cluster.firstPort"],
        );
        const sentinel = tree(6379, {
            topology: "sentinel",
            sentinels: [1, 2, 3].map((at) => ({ name: `s${at}`, port: 26378 + at })),
        });
        assert.deepEqual(
            against(sentinel, tree(26_380)).map(({ path }) => path),
            ["sentinels[1].port"],
        );
    });

    it("cannot have one name for two containers, or networks that cross", () => {
        const named = (name: string, port: number) => tree(port, { nodes: [{ name, port }] });
        assert.deepEqual(
            against(named("b-c", 1), named("c", 2), ["a", "a-b"]).map(({ path }) => path),
            ["prefix"],
        );
        const bridged = (firstPort: number, subnet: string): DeploymentArguments => ({
            topology: "cluster",
            image: "redis:8",
            cluster: { shards: 3, firstPort },
            subnet,
        });
        const crossing = against(bridged(7000, "172.20.0.0/16"), bridged(8000, "172.20.16.0/20"));
        assert.deepEqual(
            crossing.map(({ path }) => path),
            ["subnet"],
        );
        assert.deepEqual(against(bridged(7000, "172.20.0.0/20"), bridged(8000, "172.20.16.0/20")), []);
    });
});
