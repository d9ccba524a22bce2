import assert from "node:assert/strict";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { type AclUser, aclRules, commandsProblem, hashPassword, parseGetUser, sameUser } from "../../redis/acl";
import { commandCategories } from "../../redis/commands";
import { defaultCommands } from "../../redis/model";
import { renderAclFile } from "../../redis/rendering/aclFile";
import { onEveryVersion, type Server } from "./servers";

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

    it("lets applications run scripts, and nothing that empties, changes or stops the server", async () => {
        const application = { name: "app", enabled: true, passwordHashes: [], keys: ["*"], channels: ["*"] };
        await client.call("ACL", "SETUSER", "app", ...aclRules({ ...application, commands: defaultCommands }));
        const refused = async (lines: string[]) => {
            const answers = lines.map(async (line) =>
                (await client.call("ACL", "DRYRUN", "app", ...line.split(" "))) === "OK" ? [] : [line],
            );
            return (await Promise.all(answers)).flat();
        };
        const open = ["eval x 0", "evalsha x 0", "fcall x 0", "function load x", "script load x", "script exists x"];
        assert.deepEqual(await refused([...open, "info", "client setname x", "cluster slots", "sort x"]), []);
        const closed = ["keys *", "flushall", "flushdb", "acl setuser app", "config set save x", "config get save"];
        closed.push("debug sleep 1", "module load x", "script flush", "script kill", "shutdown");
        assert.deepEqual(await refused(closed), closed);
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
