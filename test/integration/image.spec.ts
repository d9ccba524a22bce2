import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { localEndpoint } from "../../reconcile/docker/endpoint";
import { connectEngine } from "../../reconcile/docker/engine";
import { inventory } from "../../reconcile/docker/inventory";
import { runOnce } from "../../reconcile/image/container";
import { judgeImages } from "../../reconcile/image/judge";
import { within } from "../../reconcile/within";
import { aclUsers } from "../../redis/acl/users";
import type { DeploymentArguments } from "../../redis/declaration/arguments";
import { validate } from "../../redis/declaration/validation";
import { specification } from "../../redis/model/containerSpecification";
import { buildModel } from "../../redis/model/model";
import type { Observation, RedisObservation } from "../../redis/state/observation";
import { images, type Version } from "./servers";

const passwords = Object.fromEntries(
    ["default", "app", "administrator", "replication", "health"].map((name) => [name, `${name}-not-to-be-seen`]),
);

const nodes = [
    { name: "master", port: 6379 },
    { name: "replica", port: 6380, replicaOf: "master" },
];

/** What a preview finds in a declaration, without any server of it unless `observation` has some. */
async function judged(
    version: Version,
    changes: Partial<DeploymentArguments> = {},
    observe: (image: string) => Promise<Observation> = async () => [],
) {
    const args: DeploymentArguments = { image: images[version], nodes, ...changes };
    assert.deepEqual(validate(args), []);
    const model = buildModel(args, { id: "none", prefix: "none" });
    const desired = {
        model,
        users: aclUsers(model, passwords),
        replicationPassword: passwords.replication ?? "",
        passwords,
    };
    const observation = await observe(args.image);
    const inventories = await Promise.all(model.hosts.map(inventory));
    const judgement = await judgeImages({ args, model, desired, inventories, observation, mayPull: false });
    assert.doesNotMatch(JSON.stringify(judgement), /not-to-be-seen/);
    return judgement;
}

/** The one problem that was found, as the user reads it. */
async function problem(...asked: Parameters<typeof judged>): Promise<string> {
    const { problems } = await judged(...asked);
    assert.equal(problems.length, 1, JSON.stringify(problems));
    return problems.map(({ path, message }) => `${path}: ${message}`).join();
}

/** The local Engine, which gets only those requests that `passes` lets through; nobody answers the others. */
async function engineThat(passes: (request: string) => boolean) {
    const folder = mkdtempSync(join(tmpdir(), "redis-on-docker-engine-"));
    const path = join(folder, "docker.sock");
    const server = createServer((client) => {
        const engine = connect(new URL(localEndpoint()).pathname);
        client.on("data", (data) => passes(data.toString("latin1")) && engine.write(data));
        engine.on("data", (data) => client.write(data));
        for (const [one, other] of [
            [client, engine],
            [engine, client],
        ] as const) {
            one.on("error", () => other.destroy()).on("close", () => other.destroy());
        }
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const close = () => {
        server.close();
        rmSync(folder, { recursive: true });
    };
    return { client: connectEngine(`unix://${path}`), close };
}

/** A declared server that runs an image and answers. */
async function running(
    name: string,
    changes: Partial<RedisObservation> = {},
    model = buildModel({ image: name, nodes }, { id: "none", prefix: "none" }),
): Promise<Observation> {
    const { Id } = await connectEngine().getImage(name).inspect();
    return model.nodes.map((node) => ({
        node: node.name,
        host: "local",
        declared: true,
        announce: node.announce,
        reach: node.reach,
        aliases: [],
        container: {
            id: node.name,
            name: node.name,
            state: "running",
            status: "Up",
            imageId: Id,
            specification: specification(model, node),
        },
        redis: { settings: {}, users: [], ...changes } as unknown as RedisObservation,
    }));
}

describe("What an image says to what is declared", function () {
    this.timeout(60_000);
    let cache: string;
    const outside = process.env.XDG_CACHE_HOME;

    before(() => {
        cache = mkdtempSync(join(tmpdir(), "redis-on-docker-images-"));
        process.env.XDG_CACHE_HOME = cache;
    });

    after(() => {
        if (outside === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = outside;
        rmSync(cache, { recursive: true, force: true });
    });

    for (const version of ["7.0", "8.0"] as const) {
        it(`is nothing when it takes everything, Redis ${version}`, async () => {
            const settings = {
                timeout: 5,
                "notify-keyspace-events": "KEA",
                "client-output-buffer-limit": "replica 1gb 1gb 60",
            };
            assert.deepEqual(await judged(version, { settings }), { problems: [], notes: [] });
            assert.deepEqual(await judged(version, { topology: "cluster", nodes: undefined, cluster: { shards: 3 } }), {
                problems: [],
                notes: [],
            });
        });

        it(`is a directive that it does not know, where it was written, Redis ${version}`, async () => {
            const expected = new RegExp(
                `^settings.cluster-slot-stats-enabled: cluster-slot-stats-enabled exists from Redis 8.2, and the image's server is Redis ${version}`,
            );
            assert.match(await problem(version, { settings: { "cluster-slot-stats-enabled": true } }), expected);
        });

        it(`is more clients than Docker lets it open files for, Redis ${version}`, async () => {
            const own = [nodes[0], { ...nodes[1], settings: { maxclients: 1_048_544 } }] as typeof nodes;
            const { problems } = await judged(version, { nodes: own });
            const script = { script: "/limit", files: { "/limit": "ulimit -n -H" } };
            const limit = Number(await runOnce(connectEngine(), { image: images[version], ...script }));
            // Where Docker sets no such limit there is nothing to say.
            if (!(limit < 1_048_576)) return assert.deepEqual(problems, []);
            assert.equal(problems[0]?.path, "nodes[1].settings.maxclients");
            assert.match(problems[0]?.message ?? "", new RegExp(`gives a container ${limit}: say ${limit - 32} at`));
        });
    }

    it("is the server's own complaint, where what it complains of was written", async () => {
        const samples = await problem("8.0", { settings: { "maxmemory-samples": 1000 } });
        assert.match(samples, /^settings.maxmemory-samples: Redis 8.0.2 .* does not start with .*between 1 and 64/);
        const users = [{ name: "default" }, { name: "app", commands: "+@all -hexpire" }];
        assert.match(await problem("7.0", { users }), /^users\[1\]: Redis 7.0.15 .*'-hexpire'.*Unknown command/);
        assert.deepEqual((await judged("8.0", { users })).problems, []);
    });

    it("is that it cannot read what the running servers hold", async () => {
        const product = { name: "Redis", version: "8.0.2" };
        const found = await problem("7.0", {}, () => running(images["8.0"], { product }));
        assert.match(found, /^image: .*master, replica: Redis 8.0.2 cannot become Redis 7.0.15: an older version/);
        assert.match(found, /make a new stack beside this one and move the keys$/);
        // Servers that are down are what their image is.
        const silent = async () => (await running(images["8.0"])).map((server) => ({ ...server, redis: undefined }));
        assert.match(await problem("7.0", {}, silent), /master, replica: Redis 8.0.2 cannot become Redis 7.0.15/);
        assert.deepEqual((await judged("8.0", {}, () => running(images["7.0"]))).problems, []);
    });

    it("is nothing yet where it is not there", async () => {
        const { problems, notes } = await judged("8.0", { image: "localhost/not-there:1" });
        assert.deepEqual(problems, []);
        assert.match(
            notes.join(),
            /^local: has no image localhost\/not-there:1 yet; .* once the update has pulled it$/,
        );
    });

    it("is that it has no server", async () => {
        const engine = connectEngine();
        const container = await engine.createContainer({
            Image: images["8.0"],
            User: "0",
            Entrypoint: ["sh", "-c"],
            Cmd: ["rm $(command -v redis-server)"],
        });
        await container.start();
        await container.wait();
        const { Id } = await container.commit();
        await container.remove({ v: true });
        try {
            assert.match(await problem("8.0", { image: Id }), /^image: .* has neither redis-server nor valkey-server$/);
        } finally {
            await engine.getImage(Id).remove();
        }
    });

    it("is told also where Docker never says that a container is gone", async () => {
        const engine = await engineThat((request) => !/^POST \S+\/wait/.test(request));
        try {
            const { Id } = await engine.client.getImage(images["8.0"]).inspect();
            const said = runOnce(engine.client, { image: Id, script: "/said", files: { "/said": "echo something\n" } });
            assert.equal(await within(10_000, said), "something\n");
        } finally {
            engine.close();
        }
    });

    it("leaves no container behind", async () => {
        const trials = async () => {
            const containers = await connectEngine().listContainers({ all: true });
            return containers.filter(({ Command }) => Command.includes("/etc/redis/trial")).map(({ Id }) => Id);
        };
        // Updates that other tests make have such containers too, which are gone in a moment.
        const seen = await trials();
        while ((await trials()).some((id) => seen.includes(id))) await sleep(100);
    });
});
