import { deepStrictEqual, strictEqual } from "node:assert/strict";
import fc from "fast-check";
import type { Redis } from "ioredis";
import { mayRun, parseAclFile, usersOf } from "../../policies/redis/acl";
import { type Command, readCommand, readScript } from "../../policies/redis/commandLine";
import { directive, parseConfig, parseSize, splitLine } from "../../policies/redis/config";
import { flavourOf, parseImage, productOf, versionOf } from "../../policies/redis/image";
import { plain, UNKNOWN, unknownSentinels } from "../../policies/redis/plain";
import { type Box, startBox, versions } from "../integration/servers";

for (const version of versions) {
    describe(`reading agrees with Redis ${version}`, function () {
        this.timeout(60_000);
        let box: Box;
        let redis: Redis;
        before(async () => {
            box = await startBox(version);
            const server = await box.start({ "redis.conf": "enable-debug-command local\n" });
            redis = server.connect();
        });
        after(() => box.remove());

        it("on which commands a user may run, for any rules", async () => {
            const commands = [
                "keys",
                "flushall",
                "flushdb",
                "shutdown",
                "save",
                "info",
                "ping",
                "swapdb",
                "eval",
                "sort",
                "script",
                "config|set",
                "script|flush",
                "failover",
                "monitor",
                "psync",
                "replicaof",
                "slaveof",
                "sync",
            ];
            const rule = fc.oneof(
                fc.constantFrom("+@all", "-@all", "allcommands", "nocommands", "reset"),
                fc.tuple(fc.constantFrom("+", "-"), fc.constantFrom(...commands)).map(([sign, name]) => sign + name),
                fc
                    .tuple(
                        fc.constantFrom("+@", "-@"),
                        fc.constantFrom("admin", "dangerous", "keyspace", "scripting", "fast", "slow", "write", "read"),
                    )
                    .map(([sign, name]) => sign + name),
            );
            const property = fc.asyncProperty(fc.array(rule, { maxLength: 8 }), async (rules) => {
                await redis.call("ACL", "SETUSER", "someone", "reset", "~*", ...rules);
                const [user] = usersOf([directive("user", ["someone", "~*", ...rules], "file")]);
                // `script` without a subcommand is nothing that the server could be asked.
                for (const command of commands.filter((name) => name !== "script")) {
                    const words =
                        {
                            swapdb: ["0", "1"],
                            eval: ["return 1", "0"],
                            sort: ["k"],
                            keys: ["*"],
                            psync: ["?", "-1"],
                            replicaof: ["no", "one"],
                            slaveof: ["no", "one"],
                            "config|set": ["maxmemory", "0"],
                        }[command] ?? [];
                    // A user that was reset last has no keys, which DRYRUN takes for a refusal.
                    await redis.call("ACL", "SETUSER", "someone", "~*");
                    const answer = await redis.call("ACL", "DRYRUN", "someone", ...command.split("|"), ...words);
                    strictEqual(
                        user !== undefined && mayRun(user, command),
                        answer === "OK",
                        `${command}: ${rules.join(" ")}`,
                    );
                }
            });
            await fc.assert(property, { numRuns: 60 });
        });

        it("on the default user of an ACL file", async () => {
            const files = [
                "user other on nopass ~* +@all\n",
                "user default on\n",
                "user default off\n",
                "user default on nopass +ping\n",
            ];
            for (const text of files) {
                const folder = box.newFolder();
                const server = await box
                    .start({ "redis.conf": `aclfile users.acl\n`, "users.acl": text })
                    .catch(() => undefined);
                if (server === undefined) {
                    throw new Error(`${folder}: the server does not start with ${text}`);
                }
                const client = server.connect({ enableReadyCheck: false, lazyConnect: false });
                const open = await client.call("PING").then(
                    () => true,
                    () => false,
                );
                const users = parseAclFile(text, "users.acl");
                const user = users.find(({ name }) => name === "default");
                strictEqual(user === undefined || (user.enabled && user.nopass), open, text);
            }
        });

        it("on quotes and escapes", async () => {
            const part = fc.constantFrom('"', "'", "\\", "\\n", "\\x41", " ", "a", "b", "#", "\\'", '\\"');
            const property = fc.asyncProperty(fc.array(part, { minLength: 1, maxLength: 8 }), async (parts) => {
                const text = parts.join("");
                // What redis-server prints for a bad line is not asked for here, only whether the words are the same.
                const words = splitLine(`requirepass x${text}`);
                const printed = await box.shell(
                    `cat > /tmp/quote.conf; timeout 5 redis-server /tmp/quote.conf --port 0 --dir /nowhere 2>&1 | head -5 || true`,
                    `requirepass x${text}\n`,
                );
                const refused = /Unbalanced quotes|wrong number of arguments/i.test(printed);
                strictEqual(words === undefined || words.length !== 2, refused, `${text}: ${printed}`);
            });
            await fc.assert(property, { numRuns: 25 });
        });
    });
}

describe("reading images", () => {
    const cases: [string, string | undefined, string, number[] | undefined][] = [
        ["redis", "redis", "official", undefined],
        ["redis:7.4.1-alpine", "redis", "official", [7, 4, 1]],
        ["docker.io/library/redis:8", "redis", "official", [8]],
        ["localhost:5000/redis:alpine", "redis", "custom", undefined],
        ["valkey/valkey:8.1", "valkey", "official", [8, 1]],
        ["bitnami/redis:7.2", "redis", "bitnami", [7, 2]],
        ["docker.io/bitnamilegacy/valkey-cluster:8.0.2-debian-12-r0", "valkey", "bitnami", [8, 0, 2]],
        ["redis/redis-stack-server:7.4.0-v1", "redis", "official", [7, 4, 0]],
        ["localhost/redis-debian:8.0", "redis", "official", [8, 0]],
        ["oliver006/redis_exporter:v1.62.0", undefined, "custom", [1, 62, 0]],
        ["redislabs/redisinsight", undefined, "custom", undefined],
        ["rediscommander/redis-commander", undefined, "custom", undefined],
        ["nginx:1.27", undefined, "custom", [1, 27]],
    ];
    for (const [image, product, flavour, version] of cases) {
        it(image, () => {
            const reference = parseImage(image);
            deepStrictEqual(
                [productOf(reference), flavourOf(reference), versionOf(reference.tag)],
                [product, flavour, version],
            );
        });
    }
});

describe("reading commands", () => {
    const server = (command: Command) =>
        command.is === "server"
            ? {
                  kind: command.invocation.kind,
                  file: command.invocation.file,
                  set: command.invocation.directives.map(({ name, values }) => [name, ...values].join(" ")),
              }
            : command.is;
    const cases: [string, (string | typeof UNKNOWN)[], unknown][] = [
        ["nothing", [], "default"],
        ["arguments alone", ["--port", "6380"], { kind: "server", file: undefined, set: ["port 6380"] }],
        ["a file alone", ["/etc/redis.conf"], { kind: "server", file: "/etc/redis.conf", set: [] }],
        [
            "file and arguments",
            ["redis-server", "/etc/redis.conf", "--save", "60", "1", "--slaveof", "master 6379"],
            { kind: "server", file: "/etc/redis.conf", set: ["save 60 1", "replicaof master 6379"] },
        ],
        [
            "the official entrypoint",
            ["docker-entrypoint.sh", "valkey-server", "/v.conf"],
            { kind: "server", file: "/v.conf", set: [] },
        ],
        ["Sentinel", ["redis-sentinel", "/s.conf"], { kind: "sentinel", file: "/s.conf", set: [] }],
        [
            "Sentinel by a flag",
            ["redis-server", "/s.conf", "--sentinel"],
            { kind: "sentinel", file: "/s.conf", set: [] },
        ],
        [
            "wrappers",
            ["gosu", "redis", "tini", "--", "redis-server", "/r.conf"],
            { kind: "server", file: "/r.conf", set: [] },
        ],
        [
            "sh -c",
            ["sh", "-c", "mkdir -p /data && exec redis-server /r.conf --appendonly yes > /dev/null 2>&1"],
            { kind: "server", file: "/r.conf", set: ["appendonly yes"] },
        ],
        ["a script", ["sh", "/etc/redis/start"], "script"],
        ["a tool", ["redis-cli", "ping"], "other"],
        ["a tool in a shell", ["sh", "-c", "redis-cli --cluster create a b c"], "other"],
        ["a look for the server", ["sh", "-c", "command -v redis-server > /dev/null && sleep 1"], "other"],
        ["something else", ["sleep", "infinity"], "other"],
        ["something unknown", [UNKNOWN, "x"], "unknown"],
        ["an unknown file", ["redis-server", UNKNOWN], { kind: "server", file: UNKNOWN, set: [] }],
    ];
    for (const [what, words, expected] of cases) {
        it(what, () => deepStrictEqual(server(readCommand([], words)), expected));
    }
    it("the start script of this project", () => {
        const script =
            'main=/data/redis.conf\nif command -v redis-server >/dev/null; then\n    exec redis-server "$main"\nfi\nexec valkey-server "$main"\n';
        deepStrictEqual(server(readScript(script)), { kind: "server", file: UNKNOWN, set: [] });
    });
});

describe("reading texts and values", () => {
    it("takes old names for new ones", () => {
        deepStrictEqual(
            parseConfig("SLAVEOF master 6379\n# slaveof x 1\nslave-priority 5\n", "f").map(({ name }) => name),
            ["replicaof", "replica-priority"],
        );
    });
    it("knows sizes", () => {
        deepStrictEqual(["1", "1k", "1kb", "256mb", "1G", "1GB", "x"].map(parseSize), [
            1,
            1000,
            1024,
            268435456,
            1e9,
            2 ** 30,
            undefined,
        ]);
    });
    it("knows every wire value for `unknown` of the policy SDK", () => {
        const sdk = require("@pulumi/policy/proxy") as Record<string, unknown>;
        const values = Object.entries(sdk).filter(([name]) => /^unknown.*Value$/.test(name));
        deepStrictEqual(new Set(values.map(([, value]) => value)), unknownSentinels);
        for (const [, value] of values) {
            strictEqual(plain(value), UNKNOWN);
        }
    });
});
