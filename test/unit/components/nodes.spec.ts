import assert from "node:assert/strict";
import * as pulumi from "@pulumi/pulumi";
import { DockerHost } from "../../../components/dockerHost";
import { RedisNode } from "../../../components/redisNode";
import { settled } from "../../../components/sdk";
import { replacedServers } from "../../../reconcile/rollout/planned";
import { buildModel } from "../../../redis/model/model";
import { asked, container, deployed, image, kept, network, node, resource, tree, volume } from "./deployed";
import { type Registered, registered } from "./registered";

describe("A node's volumes", () => {
    it("are never replaced, since that would delete what they hold", async () => {
        const all = await deployed(tree);
        for (const part of ["data", "config"])
            assert.deepEqual(asked(resource(all, volume, `cache-local-master-${part}`), "ignorechangesList"), [
                "driver",
                "driverOpts",
                "labels",
                "name",
            ]);
    });

    it("stay on the host where data is kept, but for the files", async () => {
        const stays = (all: Registered[], part: string) =>
            resource(all, volume, `cache-local-master-${part}`).options.retainondelete;
        const [keeping, deleting] = [await deployed(tree), await deployed({ ...tree, data: "delete" })];
        assert.deepEqual([stays(keeping, "data"), stays(keeping, "config")], [true, undefined]);
        assert.deepEqual([stays(deleting, "data"), stays(deleting, "config")], [undefined, undefined]);
    });

    it("have the name of the node's first days, and Pulumi knows the node by all that it had", async () => {
        const [master, replica1, replica2] = tree.nodes;
        const renamed = { ...replica1, name: "third", formerly: ["second", "replica1"] };
        const all = await deployed({ ...tree, nodes: [master, renamed, replica2] });
        const { options } = resource(all, node, "cache-local-third");
        const aliases = (options.aliasesList as { spec: { name: string } }[]).map(({ spec }) => spec.name);
        assert.deepEqual(aliases, ["cache-local-second", "cache-local-replica1"]);
        assert.equal(resource(all, volume, "cache-local-third-data").inputs.name, "cache-replica1-data");
        assert.equal(resource(all, container, "cache-local-third").inputs.name, "cache-third");
    });
});

describe("A node's containers", () => {
    let all: Registered[];
    before(async () => {
        all = await deployed(tree);
    });

    it("are deleted before they are replaced: two cannot have one name and one volume", () => {
        for (const part of ["", "-files"])
            assert.equal(resource(all, container, `cache-local-master${part}`).options.deletebeforereplace, true);
    });

    it("are replaced for what the provider would take for done", () => {
        const expected = ["cpuPeriod", "cpuQuota", "healthcheck", "init", "rm", "tmpfs"];
        assert.deepEqual(asked(resource(all, container, "cache-local-master"), "replaceonchangesList"), expected);
    });

    it("are not replaced for another health check, unless they are replaced anyway", async () => {
        const ignored = (of: Registered[], name: string) => asked(resource(of, container, name), "ignorechangesList");
        assert.deepEqual(ignored(all, "cache-local-master"), ["healthcheck"]);
        process.env[replacedServers] = JSON.stringify(["cache-local-replica1"]);
        try {
            const planned = await deployed(tree);
            assert.deepEqual(ignored(planned, "cache-local-replica1"), []);
            assert.deepEqual(ignored(planned, "cache-local-master"), ["healthcheck"]);
        } finally {
            delete process.env[replacedServers];
        }
    });

    it("wait for what they use, and for nothing of another node: Pulumi would replace those together", () => {
        assert.deepEqual(asked(resource(all, container, "cache-local-replica1"), "dependenciesList"), [
            `${container}::cache-local-replica1-files`,
            `${network}::cache-local-network`,
            `${volume}::cache-local-replica1-config`,
            `${volume}::cache-local-replica1-data`,
        ]);
        assert.deepEqual(asked(resource(all, container, "cache-local-replica1-files"), "dependenciesList"), [
            `${image}::cache-local-image`,
            `${volume}::cache-local-replica1-config`,
        ]);
    });

    it("of a wave are registered when it is their turn, their files before that", async () => {
        const model = buildModel(tree, { id: "0123456789abcdef", prefix: "cache" });
        const [first] = model.nodes;
        const [local] = model.hosts;
        assert.ok(first && local);
        const seen: string[] = [];
        const passwords = { default: "d", administrator: "a", replication: "r", health: "h" };
        await registered(
            "unit",
            {},
            async () => {
                const at = new DockerHost("cache-local", { model, host: local });
                let proceed: () => void = () => undefined;
                const beforeServer = new Promise<void>((resolve) => {
                    proceed = resolve;
                });
                const given = pulumi.secret("");
                const args = { model, node: first, host: at, passwords, given, beforeServer, replaced: false };
                const one = new RedisNode("cache-local-master", args);
                one.server.id.apply((id) => seen.push(id));
                seen.push(await settled(one.files.id));
                // Longer than a registration takes.
                await new Promise((resolve) => setTimeout(resolve, 200));
                seen.push("its turn");
                proceed();
                await settled(one.server.id);
            },
            kept,
        );
        assert.deepEqual(seen, ["cache-local-master-files-id", "its turn", "cache-local-master-id"]);
    });
});
