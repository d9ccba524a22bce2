import assert from "node:assert/strict";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { buildModel, type Model } from "../../../redis/model/model";
import { labels } from "../../../redis/model/names";
import { moveWarnings } from "../../../redis/preflight/clusterMoves";
import { preflight } from "../../../redis/preflight/preflight";
import type { EngineInventory, NetworkListing } from "../../../redis/state/engineInventory";
import { withNetwork } from "../../../redis/state/network";

type Reached = Extract<EngineInventory, { reachable: true }>;

const identity = { id: "ours", prefix: "redis-test" };
const model = (hosts: string[], changes: Partial<DeploymentArguments> = {}): Model =>
    buildModel(
        {
            topology: "cluster",
            image: "redis:8.0.2",
            cluster: { shards: 3 },
            ...(hosts.length > 1
                ? {
                      hosts: hosts.map((name, at) => ({
                          name,
                          docker: `tcp://10.0.0.${at + 1}:1`,
                          address: `10.0.0.${at + 1}`,
                      })),
                  }
                : {}),
            ...changes,
        },
        identity,
    );

/** What the Engines hold when a model runs. */
const inventories = (running: Model, hosts: string[], networks: NetworkListing[] = []): Reached[] =>
    hosts.map((host) => ({
        host,
        reachable: true,
        engine: { id: host, version: "28", name: host },
        containers: running.nodes
            .filter((node) => node.host === host)
            .map((node) => ({
                id: node.name,
                name: node.names.container,
                image: running.image,
                imageId: "sha256:1",
                labels: {
                    [labels.deployment]: "ours",
                    [labels.role]: "server",
                    [labels.node]: node.name,
                    [labels.port]: String(node.port),
                },
                state: "running",
                status: "Up",
                ports: [],
                addresses: [],
                volumes: [],
            })),
        volumes: [],
        networks,
    }));

describe("preflight of a cluster", () => {
    const three = ["a", "b", "c"];

    it("finds nothing where it runs already, nor where more shards come", () => {
        const running = inventories(model(three), three);
        assert.deepEqual(preflight(model(three), running, new Set()), []);
        assert.deepEqual(
            preflight(model(three, { cluster: { shards: 5, replicasPerShard: 2 } }), running, new Set()),
            [],
        );
    });

    it("moves servers to other hosts, says so, and prints the placement that keeps all where they are", () => {
        const four = [...three, "d"];
        const running = [...inventories(model(three), three), ...inventories(model(three), ["d"])];
        const changed = model(four, { cluster: { shards: 6 } });
        assert.deepEqual(preflight(changed, running, new Set()), []);
        const [warning, ...others] = moveWarnings(changed, running);
        assert.deepEqual(others, []);
        const printed = /placement: \{ (.*) \}/.exec(warning ?? "")?.[1] ?? "";
        const placement = Object.fromEntries(printed.split(", ").map((pair) => pair.split(": ") as [string, string]));
        assert.equal(Object.keys(placement).length, 6);
        assert.deepEqual(moveWarnings(model(four, { cluster: { shards: 6, placement } }), running), []);
    });

    it("refuses a subnet that crosses another network, and in which servers would lose each other", () => {
        const one = model(["local"], { subnet: "172.30.0.0/20" });
        const network = (name: string, subnet: string, id: string): NetworkListing => ({
            name,
            labels: { [labels.deployment]: id },
            subnets: [subnet],
        });
        const problems = (...networks: NetworkListing[]) =>
            preflight(one, inventories(one, ["local"], networks), new Set()).map(
                ({ path, message }) => `${path}: ${message}`,
            );
        assert.match(
            problems(network("other", "172.30.0.0/16", "theirs"))[0] ?? "",
            /^subnet: .*crosses the network other/,
        );
        const [running] = inventories(one, ["local"], [network(one.network.name, "172.31.0.0/20", "ours")]);
        const moved = withNetwork(one, running ? [running] : []);
        assert.equal(moved.network.name, `${one.network.name}-2`);
        const fixed = running?.containers.map((container) => ({
            ...container,
            networks: [{ name: one.network.name, fixed: "172.31.0.7" }],
        }));
        const [problem] = preflight(moved, [{ ...running, containers: fixed } as Reached], new Set());
        assert.equal(problem?.path, "subnet");
        assert.match(problem?.message ?? "", /keep subnet: 172\.31\.0\.0\/20, or have data: keep/);
        assert.deepEqual(problems(network(one.network.name, "172.30.0.0/20", "ours")), []);
    });
});
