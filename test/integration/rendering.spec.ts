import assert from "node:assert/strict";
import fc from "fast-check";
import { type AclUser, hashPassword } from "../../redis/acl";
import { renderAclFile } from "../../redis/rendering/aclFile";
import { healthCheck } from "../../redis/rendering/healthCheck";
import { renderRedisConf } from "../../redis/rendering/redisConf";
import { quarantine, renderReplicaOf } from "../../redis/rendering/replicaOf";
import { startScript } from "../../redis/rendering/startScript";
import { answers, type Box, freePort, onEveryVersion, type Server } from "./servers";

/** Any text that can be carried, odd characters first. */
const text = fc
    .string({
        unit: fc.oneof(
            fc.constantFrom(..."\"'\\# \n\r\t\x01\x7f\x85é漢😀$`{}%"),
            fc.string({ minLength: 1, maxLength: 1 }),
        ),
    })
    .filter((value) => !value.includes("\0"));

const user = (name: string, password: string, commands = "+@all"): AclUser => ({
    name,
    enabled: true,
    passwordHashes: [hashPassword(password)],
    keys: ["*"],
    channels: ["*"],
    commands,
});

onEveryVersion("rendered files", (box) => {
    it("start servers that read every value as it was, and take every password", async () => {
        for (const [password, value] of fc.sample(fc.tuple(text.filter(Boolean), text), 6)) {
            const server = await box().start({
                "redis.conf": renderRedisConf([
                    ["aclfile", "users.acl"],
                    ["masterauth", value],
                    ["ignore-warnings", value],
                    ["proc-title-template", '{title} "quoted" {port}'],
                ]),
                "users.acl": renderAclFile([user("default", password), user("é\"'#", password)]),
            });
            const client = server.connect({ username: "é\"'#", password });
            assert.deepEqual(await client.config("GET", "masterauth"), ["masterauth", value]);
            assert.deepEqual(await client.config("GET", "ignore-warnings"), ["ignore-warnings", value]);
            assert.equal(await client.call("ACL", "WHOAMI"), "é\"'#");
            await assert.rejects(client.call("AUTH", `${password}x`), /WRONGPASS/);
        }
    });

    it("keep passwords, values and the include through CONFIG REWRITE", async () => {
        const value = "a \"b\" 'c' \\ # é\t";
        const folder = box().newFolder();
        await box().write(folder, { "declared.conf": renderRedisConf([["masterauth", value]]) });
        const server = await box().start({ "redis.conf": renderRedisConf([["include", `${folder}/declared.conf`]]) });
        assert.equal(await server.connect().config("REWRITE"), "OK");
        const again = await box().start({
            "redis.conf": await box().shell(`grep -v ^port ${server.folder}/redis.conf`),
        });
        assert.deepEqual(await again.connect().config("GET", "masterauth"), ["masterauth", value]);
    });

    it("check health with a user who may do nothing else, and see a wrong password", async () => {
        const password = "a $(b) `c` \\ \" ' é";
        const server = await box().start({
            "redis.conf": "aclfile users.acl\n",
            "users.acl": renderAclFile([user("default", "x"), user("health", password, "-@all +ping")]),
            "health-password": password,
        });
        const [shell, check = ""] = healthCheck(server.port);
        assert.equal(shell, "CMD-SHELL");
        const run = () => box().shell(check.replaceAll("/etc/redis", server.folder));
        assert.equal((await run()).trim(), "PONG");
        await box().write(server.folder, { "health-password": "another" });
        await assert.rejects(run(), /WRONGPASS|NOAUTH|AUTH failed/);
    });
});

/** One node's two volumes, as folders of the box, and its start script moved to them. */
class Node {
    private constructor(
        private readonly box: Box,
        readonly folder: string,
        readonly port: number,
    ) {}

    static async create(box: Box, declaredMaster?: { host: string; port: number }): Promise<Node> {
        const node = new Node(box, box.newFolder(), await freePort());
        await box.shell(`mkdir -p ${node.folder}/data`);
        await box.write(`${node.folder}/etc`, {
            "redis.conf": renderRedisConf([
                ["port", String(node.port)],
                ["bind", "127.0.0.1"],
                ["dir", `${node.folder}/data`],
                ["logfile", `${node.folder}/log`],
                ["daemonize", "yes"],
                ["appendonly", "yes"],
                ["repl-diskless-sync-delay", "0"],
                ["maxmemory", "100mb"],
            ]),
            start: startScript
                .replaceAll("/data", `${node.folder}/data`)
                .replaceAll("/etc/redis", `${node.folder}/etc`),
            ...(declaredMaster && { replicaof: renderReplicaOf(declaredMaster) }),
        });
        return node;
    }

    async start(): Promise<Server> {
        await this.box.shell(`sh ${this.folder}/etc/start; ${answers(this.port)}`);
        return this.box.attach(this.port, this.folder);
    }

    async stop(): Promise<void> {
        const ended = `while redis-cli -p ${this.port} ping >/dev/null 2>&1; do sleep 0.02; done`;
        await this.box.shell(`redis-cli -p ${this.port} shutdown nosave force >/dev/null 2>&1; ${ended}`);
    }

    attached(): Server {
        return this.box.attach(this.port, this.folder);
    }

    main(): Promise<string> {
        return this.box.shell(`cat ${this.folder}/data/redis.conf`);
    }

    run(script: string): Promise<string> {
        return this.box.shell(`cd ${this.folder}; ${script}`);
    }
}

/** Whom a server follows: "nobody" of a master. */
async function follows(server: Server): Promise<string> {
    const [, live = ""] = (await server.connect().config("GET", "replicaof")) as string[];
    return live || "nobody";
}

/** Has a server follow another one, as convergence does. */
async function attach(server: Server, port: number): Promise<void> {
    await server.connect().call("REPLICAOF", "127.0.0.1", String(port));
    await server.connect().config("REWRITE");
}

const nowhere = `${quarantine.host} ${quarantine.port}`;

onEveryVersion("the start script", (box) => {
    it("quarantines a declared master on its first start, and again until it is released", async () => {
        const node = await Node.create(box());
        const server = await node.start();
        assert.equal(await follows(server), nowhere);
        await assert.rejects(server.connect().set("key", "value"), /READONLY/);
        await node.stop();
        assert.equal(await follows(await node.start()), nowhere, "a restart released it");
    });

    it("starts a released master as a master again, with its data", async () => {
        const node = await Node.create(box());
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        await node.stop();
        const server = await node.start();
        assert.equal(await follows(server), "nobody");
        assert.equal(await server.connect().get("key"), "value");
    });

    it("quarantines a declared replica on its first start, so that replicas can be attached in turn", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        assert.equal(await follows(await node.start()), nowhere);
        await node.stop();
        assert.equal(await follows(await node.start()), nowhere, "a restart attached it");
    });

    it("starts an attached replica as one, also without data", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        await attach(await node.start(), 2);
        await node.stop();
        assert.equal(await follows(await node.start()), "127.0.0.1 2");
        await node.stop();
        await node.run("rm -rf data/appendonlydir data/*.rdb");
        assert.equal(await follows(await node.start()), "127.0.0.1 2");
    });

    it("starts a replica by its declaration when there is data but no main file", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        await node.start();
        await node.stop();
        await node.run("rm data/redis.conf");
        assert.equal(await follows(await node.start()), "127.0.0.1 2");
    });

    it("keeps the master that Redis wrote down, over the declared one", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "127.0.0.1", "3");
        await client.config("REWRITE");
        await node.stop();
        assert.equal(await follows(await node.start()), "127.0.0.1 3");
    });

    it("keeps a promoted replica a master", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        await node.stop();
        const server = await node.start();
        assert.equal(await follows(server), "nobody");
        assert.equal(await server.connect().get("key"), "value");
    });

    it("quarantines a master whose data is gone, so that its replica keeps every key", async () => {
        const master = await Node.create(box());
        const client = (await master.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        const replica = await Node.create(box(), { host: "127.0.0.1", port: master.port });
        const copying = await replica.start();
        await attach(copying, master.port);
        const copy = copying.connect();
        for (let tries = 0; tries < 200 && (await copy.get("key")) !== "value"; tries++) await wait(20);
        await master.stop();
        await master.run("rm -rf data/*");
        assert.equal(await follows(await master.start()), nowhere);
        await wait(300);
        assert.equal(await copy.get("key"), "value", "the replica is empty");
    });

    it("does not take what an interrupted snapshot leaves for data", async () => {
        const master = await Node.create(box());
        const client = (await master.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await master.stop();
        await master.run("rm -rf data/appendonlydir data/*.rdb; touch data/temp-1.rdb");
        assert.equal(await follows(await master.start()), nowhere);
    });

    it("quarantines a master that keeps nothing any more, whatever it wrote before", async () => {
        const node = await Node.create(box());
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        await node.stop();
        await node.run(`sed -i 's/^appendonly yes/save ""/' etc/redis.conf`);
        assert.equal(await follows(await node.start()), nowhere);
    });

    it("loads a snapshot where a log is declared and there is none yet", async () => {
        const node = await Node.create(box());
        await node.run(`sed -i 's/^appendonly yes/save ""/' etc/redis.conf`);
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        await client.call("SAVE");
        await node.stop();
        await node.run(`sed -i 's/^save ""/appendonly yes/' etc/redis.conf`);
        const again = (await node.start()).connect();
        assert.equal(await again.get("key"), "value");
        await again.config("SET", "appendonly", "yes");
        assert.equal(await follows(node.attached()), "nobody");
    });

    it("takes a snapshot for data", async () => {
        const node = await Node.create(box());
        await node.run(`sed -i 's/^appendonly yes/save ""/' etc/redis.conf`);
        const client = (await node.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        await client.set("key", "value");
        await client.call("SAVE");
        await node.stop();
        const server = await node.start();
        assert.equal(await follows(server), "nobody");
        assert.equal(await server.connect().get("key"), "value");
    });

    it("lets a changed declaration win over what CONFIG REWRITE wrote", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        const client = (await node.start()).connect();
        await client.config("SET", "maxmemory", "200mb");
        await client.config("REWRITE");
        assert.match(await node.main(), /maxmemory/);
        await node.stop();
        await node.run("sed -i s/100mb/300mb/ etc/redis.conf");
        const server = await node.start();
        assert.deepEqual(await server.connect().config("GET", "maxmemory"), ["maxmemory", String(300 * 1024 ** 2)]);
        assert.doesNotMatch(await node.main(), /maxmemory/);
    });

    it("goes by the declaration when the main file was cut short", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        await node.start();
        await node.stop();
        await node.run(": > data/redis.conf");
        assert.equal(await follows(await node.start()), "127.0.0.1 2");
    });

    it("lets nobody else read the main file", async () => {
        const node = await Node.create(box());
        await node.start();
        assert.equal((await node.run("stat -c %a data/redis.conf")).trim(), "600");
    });

    it("starts valkey-server where there is no redis-server", async () => {
        const node = await Node.create(box());
        const tools = "cat find grep head mv sh tail"
            .split(" ")
            .map((tool) => `ln -s $(command -v ${tool}) bin/${tool}`);
        const server = 'printf "#!/bin/sh\\necho started with \\$1\\n" > bin/valkey-server; chmod +x bin/valkey-server';
        const output = await node.run(`mkdir bin; ${tools.join("; ")}; ${server}; PATH=$PWD/bin sh etc/start`);
        assert.match(output, new RegExp(`started with ${node.folder}/data/redis.conf`));
    });
});

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
