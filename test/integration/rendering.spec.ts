import assert from "node:assert/strict";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type AclUser, hashPassword } from "../../redis/acl/rules";
import { renderAclFile } from "../../redis/model/files/aclFile";
import { healthCheck } from "../../redis/model/files/healthCheck";
import { renderFileNames } from "../../redis/model/files/keptData";
import { renderRedisConf } from "../../redis/model/files/redisConf";
import { quarantine, renderReplicaOf } from "../../redis/model/files/replicaOf";
import { startScript } from "../../redis/model/files/startScript";
import { type Box, freePort, onEveryVersion, type Server } from "./servers";

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
                ["save", ""],
                ["repl-diskless-sync-delay", "0"],
                ["maxmemory", "100mb"],
            ]),
            start: startScript
                .replaceAll("/data", `${node.folder}/data`)
                .replaceAll("/etc/redis", `${node.folder}/etc`),
            "file-names": renderFileNames({}),
            replicaof: declaredMaster ? renderReplicaOf(declaredMaster) : "\n",
        });
        return node;
    }

    async start(): Promise<Server> {
        await this.box.launch(`sh ${this.folder}/etc/start`, this);
        return this.box.attach(this.port, this.folder);
    }

    async stop(): Promise<void> {
        const ended = `while redis-cli -p ${this.port} ping >/dev/null 2>&1; do sleep 0.02; done`;
        await this.box.shell(`redis-cli -p ${this.port} shutdown nosave force >/dev/null 2>&1; ${ended}`);
    }

    /** Ends it as a crash does. */
    async kill(): Promise<void> {
        const pid = `$(redis-cli -p ${this.port} info server | sed -n 's/^process_id:\\([0-9]*\\).*/\\1/p')`;
        await this.box.shell(`pid=${pid}; kill -9 $pid; while kill -0 $pid 2>/dev/null; do sleep 0.02; done`);
    }

    /** Declares another way of keeping data, and other names of its files. */
    async declare(appendonly: string, save: string, names: Record<string, string> = {}): Promise<void> {
        const lines = [["appendonly", appendonly], ["save", ...save.split(" ")], ...Object.entries(names)];
        await this.box.write(`${this.folder}/etc`, {
            more: renderRedisConf(lines),
            "file-names": renderFileNames(names),
        });
        const declared = "appendonly|save|dbfilename|appendfilename|appenddirname";
        await this.run(`sed -i -E '/^(${declared}) /d' etc/redis.conf; cat etc/more >> etc/redis.conf`);
    }

    /** Starts it and makes it a master, as convergence does. */
    async released(): Promise<Redis> {
        const client = (await this.start()).connect();
        await client.call("REPLICAOF", "NO", "ONE");
        await client.config("REWRITE");
        return client;
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

    it("does not take what a synchronisation left for data of a master that keeps nothing, and sets it aside", async () => {
        const node = await Node.create(box());
        await node.declare("no", "");
        const client = await node.released();
        await client.set("key", "old");
        await client.call("SAVE");
        await client.set("key", "new");
        await node.kill();
        const server = await node.start();
        assert.equal(await follows(server), nowhere);
        assert.equal(await server.connect().dbsize(), 0);
        assert.match(await node.run("ls data"), /^dump\.rdb\.aside$/m);
        await node.stop();
        assert.equal(await follows(await node.start()), nowhere, "a second restart took it for data");
    });

    it("has a replica that keeps nothing go on from what its last synchronisation left", async () => {
        const node = await Node.create(box(), { host: "127.0.0.1", port: 2 });
        await node.declare("no", "");
        const client = (await node.start()).connect();
        await attach(node.attached(), 2);
        await client.config("SET", "replica-read-only", "no");
        await client.set("key", "value");
        await client.call("SAVE");
        await node.kill();
        assert.equal(await (await node.start()).connect().get("key"), "value");
    });

    /** Each way of keeping data: `appendonly` and `save`. */
    type Way = [appendonly: string, save: string];
    const rdb: Way = ["no", "3600 1 300 100"];
    const ways = { aof: ["yes", ""] as Way, rdb, "aof+rdb": ["yes", "3600 1"] as Way, none: ["no", ""] as Way };
    const everyWay = ["aof", "rdb", "aof+rdb", "none"] as const;

    for (const before of ["aof", "rdb"] as const) {
        it(`loads what ${before} wrote until this very start, whatever is declared by now`, async () => {
            const each = everyWay.map(async (after) => {
                const node = await Node.create(box());
                await node.declare(...ways[before]);
                const client = await node.released();
                await client.set("key", "old");
                await client.call("SAVE");
                // A log of its own has more than the snapshot beside it.
                if (before !== "rdb") await client.set("key", "new");
                await node.kill();
                await node.declare(...ways[after]);
                const expected = before === "rdb" ? "old" : "new";
                for (const restart of ["first", "second"]) {
                    const server = await node.start();
                    assert.equal(await follows(server), "nobody", `${after}, ${restart} start`);
                    const live = await server.connect().config("GET", "save");
                    assert.deepEqual(live, ["save", ways[before][1]], `${after}, ${restart} start`);
                    assert.equal(await server.connect().get("key"), expected, `${after}, ${restart} start`);
                    await node.kill();
                }
            });
            await Promise.all(each);
        });
    }

    it("goes by what was changed while the server ran, not by what lies there", async () => {
        const node = await Node.create(box());
        await node.declare(...ways.aof);
        const client = await node.released();
        await client.set("key", "in the log");
        await client.call("CONFIG", "SET", "appendonly", "no", "save", "3600 1");
        await client.set("key", "in the snapshot");
        await client.call("SAVE");
        await client.config("REWRITE");
        await node.kill();
        await node.declare(...ways.aof);
        assert.equal(await (await node.start()).connect().get("key"), "in the snapshot");
    });

    it("loads a snapshot that was laid there where a log is declared and there is none", async () => {
        const node = await Node.create(box());
        await node.declare(...ways.rdb);
        const client = await node.released();
        await client.set("key", "value");
        await client.call("SAVE");
        await node.stop();
        await node.run("rm data/redis.conf");
        await node.declare(...ways.aof);
        for (const restart of ["first", "second"]) {
            const server = await node.start();
            assert.equal(await server.connect().get("key"), "value", `${restart} start`);
            assert.equal(await follows(server), "nobody", `${restart} start`);
            await node.kill();
        }
    });

    it("carries data over to other names of its files, killed at any step", async () => {
        const names: Record<string, string>[] = [
            { dbfilename: 'dump "6380" é.rdb', appendfilename: "other name.aof", appenddirname: "a folder " },
            { dbfilename: "a.rdb", appendfilename: "b.aof", appenddirname: "c" },
            {},
        ];
        const each = (["aof", "rdb"] as const).map(async (way) => {
            const node = await Node.create(box());
            await node.declare(...ways[way]);
            const client = await node.released();
            await client.set("key", "value");
            await client.call("SAVE");
            await node.kill();
            for (const [index, changed] of names.entries()) {
                // What lies under a new name belongs to somebody else.
                if (index === 1)
                    await node.run(
                        "mkdir data/c; echo file b.aof.1.base.rdb seq 1 type b > data/c/b.aof.manifest; touch data/a.rdb",
                    );
                await node.declare(...ways[way], changed);
                // Each start gets one rename further than the one before.
                await node.run(
                    `for most in 0 1 2 3; do sh -c 'n=0; mv() { n=$((n+1)); [ $n -le '$most' ] || exit 9; command mv "$@"; }
                        exec() { exit 9; }; . etc/start' || true; done`,
                );
                const server = await node.start();
                assert.equal(await follows(server), "nobody", `${way}: ${JSON.stringify(changed)}`);
                assert.equal(await server.connect().get("key"), "value", `${way}: ${JSON.stringify(changed)}`);
                await server.connect().set("key", "value");
                await node.kill();
            }
            assert.match(await node.run("ls data"), way === "aof" ? /^c\.aside$/m : /^a\.rdb\.aside$/m);
        });
        await Promise.all(each);
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
        const tools = "cat grep mv sh tail".split(" ").map((tool) => `ln -s $(command -v ${tool}) bin/${tool}`);
        const server = 'printf "#!/bin/sh\\necho started with \\$1\\n" > bin/valkey-server; chmod +x bin/valkey-server';
        const output = await node.run(`mkdir bin; ${tools.join("; ")}; ${server}; PATH=$PWD/bin sh etc/start`);
        assert.match(output, new RegExp(`started with ${node.folder}/data/redis.conf`));
    });
});

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));
