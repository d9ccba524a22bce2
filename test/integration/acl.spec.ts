import assert from "node:assert/strict";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { commandCategories } from "../../redis/acl/commandTable";
import { type AclUser, aclRules, commandsProblem, hashPassword, parseGetUser, sameUser } from "../../redis/acl/rules";
import { renderAclFile } from "../../redis/model/files/aclFile";
import { defaultCommands } from "../../redis/model/model";
import { onEveryVersion, onVersion, type Server, versions } from "./servers";

const word = (characters: string) => fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 5 });

const commandNames = [...commandCategories.keys()];
const categories = [...new Set([...commandCategories.values()].flat())];

/** Rules of every form, much about the same few commands so that they meet, in either case. */
const rule = fc
    .oneof(
        { weight: 6, arbitrary: fc.tuple(fc.constantFrom("+", "-"), fc.constantFrom(...commandNames)) },
        {
            weight: 6,
            arbitrary: fc.tuple(
                fc.constantFrom("+", "-"),
                fc.constantFrom("config", "config|get", "config|set", "get", "set", "keys", "flushall", "client|list"),
            ),
        },
        {
            weight: 5,
            arbitrary: fc.tuple(fc.constantFrom("+", "-"), fc.constantFrom(...categories.map((name) => `@${name}`))),
        },
        { weight: 2, arbitrary: fc.tuple(fc.constantFrom("+", "-"), fc.constant("@all")) },
        { weight: 1, arbitrary: fc.tuple(fc.constant("+"), fc.constantFrom("select|0", "select|1", "debug|object")) },
        { weight: 1, arbitrary: fc.tuple(fc.constantFrom("all", "no"), fc.constant("commands")) },
    )
    .chain(([sign, name]) => fc.constantFrom(`${sign}${name}`, `${sign}${name}`.toUpperCase()));

const pattern = fc.oneof(
    word("ab:*?[]é-_.()#<>\"'\\").filter((text) => text !== "*"),
    word("ab*").map((text) => `%R~${text}`),
    fc.tuple(fc.constantFrom("rw", "w", "WR"), word("ab*")).map(([access, text]) => `%${access}~${text}`),
);

const hash = fc.string().map(hashPassword);
const distinct = <T>(arbitrary: fc.Arbitrary<T>) => fc.uniqueArray(arbitrary, { maxLength: 4 });
const everything = fc.constant<string[]>(["*"]);

const user = (name: string): fc.Arbitrary<AclUser> =>
    fc.record({
        name: fc.constant(name),
        enabled: fc.boolean(),
        passwordHashes: distinct(hash),
        keys: fc.oneof(everything, distinct(pattern)),
        channels: fc
            .oneof(everything, distinct(word("ab:*?é-_.()#\"'")))
            .map((list) => (list.includes("*") ? ["*"] : list)),
        commands: fc.array(rule, { minLength: 1, maxLength: 8 }).map((rules) => rules.join(" ")),
    });

const getUser = async (client: Redis, name: string): Promise<AclUser> =>
    parseGetUser(await client.call("ACL", "GETUSER", name), name) ?? assert.fail(`there is no user ${name}`);

/** What makes two users different, each in one place. */
const differences: ((user: AclUser) => AclUser)[] = [
    (user) => ({ ...user, enabled: !user.enabled }),
    (user) => ({ ...user, passwordHashes: [...user.passwordHashes, hashPassword("another one")] }),
    (user) => ({ ...user, keys: ["something:else"] }),
    (user) => ({ ...user, channels: ["something:else"] }),
    (user) => ({ ...user, commands: `${user.commands} -@all +object|help` }),
];

onEveryVersion("users", (box) => {
    let server: Server;
    let client: Redis;

    before(async () => {
        server = await box().start({
            "redis.conf": "aclfile users.acl\nacl-pubsub-default allchannels\n",
            "users.acl": "user default reset on nopass ~* &* +@all\n",
        });
        client = server.connect();
    });

    it("reads back from the server what ACL SETUSER was given", async () => {
        await fc.assert(
            fc.asyncProperty(user("someone"), async (declared) => {
                assert.equal(commandsProblem(declared.commands), undefined);
                await client.call("ACL", "SETUSER", declared.name, ...aclRules(declared));
                const live = await getUser(client, declared.name);
                assert.ok(sameUser(declared, live), JSON.stringify(live));
                for (const [index, change] of differences.entries()) {
                    assert.ok(!sameUser(change(declared), live), `difference ${index} is not seen`);
                }
            }),
            { numRuns: 200, endOnFailure: true },
        );
    });

    it("loads files of such users with ACL LOAD, and again", async () => {
        const users = fc.sample(
            fc.nat().chain((number) => user(`user-${number}-é"'#`)),
            60,
        );
        const named = [...new Map(users.map((one) => [one.name, one])).values()];
        const everybody = "user default reset on nopass ~* &* +@all\n";
        for (const round of [
            named,
            named.map((one, index) => ({ ...one, commands: named.at(index - 1)?.commands ?? "" })),
        ]) {
            await box().write(server.folder, { "users.acl": everybody + renderAclFile(round) });
            assert.equal(await client.call("ACL", "LOAD"), "OK");
            for (const declared of round) {
                assert.ok(sameUser(declared, await getUser(client, declared.name)), declared.commands);
            }
        }
    });

    it("sees what ACL SETUSER by hand adds", async () => {
        const [declared] = fc.sample(user("hand"), 1);
        assert.ok(declared);
        const closed = { ...declared, keys: ["app:*"], channels: [], commands: defaultCommands };
        for (const rules of [
            ["nopass"],
            ["+keys"],
            ["(+get ~x)"],
            ["-get"],
            ["&x"],
            ["~x"],
            ["skip-sanitize-payload"],
        ]) {
            await client.call("ACL", "SETUSER", "hand", ...aclRules(closed));
            assert.ok(sameUser(closed, await getUser(client, "hand")));
            await client.call("ACL", "SETUSER", "hand", ...rules);
            assert.ok(!sameUser(closed, await getUser(client, "hand")), `${rules} is not seen`);
        }
    });

    it("answers nothing for a user that is not there", async () => {
        assert.equal(parseGetUser(await client.call("ACL", "GETUSER", "nobody")), undefined);
    });

    it("knows the categories of the server", async () => {
        for (const category of (await client.call("ACL", "CAT")) as string[]) {
            assert.equal(commandsProblem(`+@${category}`), undefined, category);
        }
    });

    it("takes every command of the server", async () => {
        for (const name of (await client.call("COMMAND", "LIST")) as string[]) {
            assert.equal(commandsProblem(`-${name}`), undefined, name);
        }
    });
});

/** What clients, client libraries and applications need. */
const needed = `
    auth x; hello 3; ping; echo x; select 1; reset; quit; info; role; time; dbsize; wait 1 0; command; command docs
    client setname x; client getname; client setinfo lib-name x; client id; client info; client list; client reply on
    client tracking on; client caching yes; client trackinginfo; client no-touch on
    cluster slots; cluster shards; cluster nodes; cluster info; cluster myid; cluster keyslot x
    cluster countkeysinslot 1; cluster getkeysinslot 1 1; readonly; readwrite; asking
    get x; set x 1; mget x y; mset x 1; del x; unlink x; incr x; expire x 1; ttl x; type x; exists x; rename x y; copy x y
    scan 0; hscan x 0; sort x; sort_ro x; dump x; object encoding x; memory usage x; randomkey; acl whoami
    hset x y 1; lpush x 1; sadd x 1; zadd x 1 y; pfadd x 1; geoadd x 1 1 y; setbit x 1 1
    blpop x 1; bzpopmin x 1; xadd x * a b; xread STREAMS x 0; xreadgroup GROUP a b STREAMS x 0; xgroup create x y 0
    xinfo stream x; xack x y 0-1
    multi; exec; discard; watch x; unwatch
    publish x y; subscribe x; psubscribe x; unsubscribe; spublish x y; ssubscribe x; pubsub channels; pubsub shardchannels
    eval x 0; eval_ro x 0; evalsha x 0; script load x; script exists x
    fcall x 0; fcall_ro x 0; function load x; function list`;

/** What blocks, empties, changes or stops a server, moves its data, or tells what others do. */
const harmful = `
    keys *; flushall; flushdb; swapdb 0 1; migrate h 1 k 0 1; restore x 0 y; restore-asking x 0 y
    replicaof no one; slaveof no one; psync ? -1; sync; replconf capa eof; failover; monitor
    save; bgsave; bgrewriteaof; lastsave; shutdown; debug sleep 1; pfdebug encoding x; pfselftest
    acl setuser x; acl deluser x; acl list; acl getuser x; acl users; acl load; acl save; acl log; acl dryrun x get y
    config get save; config set save x; config rewrite; config resetstat
    module load x; module loadex x; module unload x; module list
    client kill 1:1; client pause 1; client unpause; client no-evict on; client unblock 1
    cluster reset; cluster forget x; cluster meet h 1; cluster failover; cluster addslots 1; cluster addslotsrange 1 2
    cluster delslots 1; cluster delslotsrange 1 2; cluster flushslots; cluster setslot 1 stable; cluster replicate x
    cluster saveconfig; cluster set-config-epoch 1; cluster bumpepoch
    latency reset; latency latest; slowlog get; slowlog reset
    script flush; script kill; script debug no; function flush; function delete x; function restore x; function kill`;

const lines = (text: string): string[] => text.split(/;|\n/).flatMap((line) => line.trim() || []);

for (const version of [...versions, "newest"] as const) {
    onVersion(version, "applications without rules of their own", (box) => {
        const app: AclUser = {
            name: "app",
            enabled: true,
            passwordHashes: [hashPassword("x")],
            keys: ["*"],
            channels: ["*"],
            commands: defaultCommands,
        };
        let client: Redis;
        /** Of commands that the server knows: those that it refuses to the application. */
        const refused = async (commands: string[][]) => {
            const answers = commands.map(async (words) => {
                const answer = String(await client.call("ACL", "DRYRUN", "app", ...words));
                if (answer !== "OK") assert.match(answer, /no permissions to run/, words.join(" "));
                return answer === "OK" ? [] : [words];
            });
            return (await Promise.all(answers)).flat();
        };
        /** Without what came after 7.0, where the server does not have it. */
        const known = async (text: string) => {
            const names = new Set((await client.call("COMMAND", "LIST")) as string[]);
            const later = ["client|setinfo", "client|no-touch"].filter((name) => !names.has(name));
            return lines(text)
                .filter((line) => !later.some((name) => line.startsWith(name.replace("|", " "))))
                .map((line) => line.split(" "));
        };

        before(async () => {
            const everybody = "user default reset on nopass ~* &* +@all\n";
            const files = { "redis.conf": "aclfile users.acl\n", "users.acl": everybody + renderAclFile([app]) };
            client = (await box().start(files)).connect();
        });

        it("are the same to the server, from its file and from ACL SETUSER", async () => {
            assert.ok(sameUser(app, await getUser(client, "app")));
            await client.call("ACL", "SETUSER", "app", ...aclRules(app));
            assert.ok(sameUser(app, await getUser(client, "app")));
            for (const rule of ["+replicaof", "+cluster|reset", "+function|flush", "-role"]) {
                const other = { ...app, commands: `${defaultCommands} ${rule}` };
                assert.ok(!sameUser(other, await getUser(client, "app")), `${rule} is not seen`);
            }
        });

        it("may run what they need", async () => {
            assert.deepEqual(await refused(await known(needed)), []);
        });

        it("may run nothing that blocks, empties, changes or stops the server, or tells what others do", async () => {
            const commands = await known(harmful);
            assert.deepEqual(await refused(commands), commands);
        });

        it("may run nothing else that Redis counts as dangerous or administrative", async () => {
            const open = new Set(["info", "role", "client|list", "sort", "sort_ro"]);
            for (const category of ["dangerous", "admin"]) {
                const names = (await client.call("ACL", "CAT", category)) as string[];
                const commands = names.filter((name) => !open.has(name)).map((name) => name.split("|"));
                const infos = (await client.call("COMMAND", "INFO", ...commands.map((words) => words.join("|")))) as [
                    string,
                    number,
                ][];
                // DRYRUN counts a command's words.
                const whole = commands.map((words, index) => {
                    const missing = Math.abs(infos[index]?.[1] ?? 0) - words.length;
                    return [...words, ...Array<string>(Math.max(missing, 0)).fill("1")];
                });
                assert.deepEqual(await refused(whole), whole);
            }
        });
    });
}
