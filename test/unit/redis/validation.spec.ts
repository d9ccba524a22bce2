import assert from "node:assert/strict";
import fc from "fast-check";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { shortestPassword, validate, validateInputs, validatePasswords } from "../../../redis/declaration/validation";
import type { InputsBeside } from "../../../redis/declaration/validation/operation";
import { referenceProblem } from "../../../redis/image/reference";

/** A declaration in which nothing is wrong; each call gives a new one. */
const baseline = (): DeploymentArguments => ({
    image: `redis:8.0@sha256:${"ab".repeat(32)}`,
    topology: "replication",
    network: "bridge",
    hosts: [{ name: "one", docker: "unix:///var/run/docker.sock", address: "192.168.0.1" }],
    nodes: [
        { name: "master", port: 6379, persistence: "aof" },
        { name: "replica1", port: 6380, replicaOf: "master", host: "one", settings: { maxmemory: "100mb", save: [] } },
        { name: "replica2", port: 6381, replicaOf: "replica1", formerly: ["slave2"] },
    ],
    settings: { "maxmemory-policy": "noeviction", rdbcompression: false, save: "900 1" },
    users: [{ name: "default" }, { name: "app", keys: ["app:*"], channels: [], commands: "+@all -@dangerous" }],
    data: "delete",
    memory: "200mb",
});

const severalHosts = (): DeploymentArguments => ({
    image: "redis:8.0",
    hosts: [
        { name: "a", docker: "ssh://ops@10.0.0.1", address: "10.0.0.1" },
        { name: "b", docker: "tcp://b.example:2376", address: "b.example" },
        { name: "c", address: "fd00::3" },
    ],
    nodes: [
        { name: "master", port: 6379, host: "a" },
        { name: "replica1", port: 6379, host: "b", replicaOf: "master" },
        { name: "replica2", port: 6379, host: "c", replicaOf: "master" },
    ],
});

/** Something that a test may put anything into. */
type Loose = { [key: string]: Loose } & Loose[];
type Mistake = [what: string, path: string, says: RegExp, make: (args: Loose) => unknown];

const set = (key: string, value: unknown) => (target: Loose | undefined) =>
    Object.assign(target as object, { [key]: value });
const node = (index: number, key: string, value: unknown) => (args: Loose) => set(key, value)(args.nodes?.[index]);
const user = (key: string, value: unknown) => (args: Loose) => set(key, value)(args.users?.[1]);
const host = (index: number, key: string, value: unknown) => (args: Loose) => set(key, value)(args.hosts?.[index]);

/** Mistakes that do not touch each other: any number of them can be made at once. */
const independent: Mistake[] = [
    ["an unknown key", "memroy", /did you mean memory/, set("memroy", "1gb")],
    ["an unknown topology", "topology", /must be replication.*"sentinal"/i, set("topology", "sentinal")],
    ["an image with a space", "image", /space/, set("image", "redis 8")],
    ["an unknown policy for data", "data", /keep or delete.*did you mean keep/, set("data", "kep")],
    ["an unknown network", "network", /bridge or host/, set("network", "overlay")],
    [
        "a misspelt setting",
        "settings.maxmemroy",
        /did you mean maxmemory/,
        (args) => set("maxmemroy", 1)(args.settings),
    ],
    ["an owned setting", "settings.requirepass", /belongs/, (args) => set("requirepass", "x")(args.settings)],
    [
        "settings of a node",
        "nodes[1].settings.slave-priority",
        /replica-priority/,
        node(1, "settings", { "slave-priority": 1 }),
    ],
    ["a port out of range", "nodes[0].port", /1 to 65535/, node(0, "port", 70000)],
    ["an unknown persistence", "nodes[0].persistence", /did you mean aof/, node(0, "persistence", "aoff")],
    ["an unknown host", "nodes[1].host", /no host "two"/, node(1, "host", "two")],
    [
        "an unknown parent",
        "nodes[2].replicaOf",
        /no node "replica9"; did you mean replica1/,
        node(2, "replicaOf", "replica9"),
    ],
    ["a former name that still is one", "nodes[2].formerly[0]", /still is a node/, node(2, "formerly", ["master"])],
    ["a password in a node", "nodes[0].password", /`passwords`/, node(0, "password", "x")],
    ["an address that is none", "hosts[0].address", /neither/, host(0, "address", "300.0.0.1")],
    ["an endpoint that is none", "hosts[0].docker", /endpoint/, host(0, "docker", "somewhere")],
    ["a reserved user", "users[1].name", /deployment's own/, user("name", "health")],
    ["a pattern with a space", "users[1].keys[1]", /space/, user("keys", ["a", "b c"])],
    ["channels that are no list", "users[1].channels", /list/, user("channels", "*")],
    ["rules that are none", "users[1].commands", /no rule/, user("commands", "everything")],
    ["a memory limit that is no size", "memory", /size/, set("memory", "much")],
];

const others: Mistake[] = [
    ["no image", "image", /missing/, set("image", undefined)],
    ["an empty image", "image", /missing/, set("image", "")],
    ["an image in capital letters", "image", /write redis:8$/, set("image", "REDIS:8")],
    ["half a digest", "image", /digest.*64 digits/, set("image", "redis:8.0@sha256:ab")],
    ["an image without a tag behind its colon", "image", /tag/, set("image", "redis:")],
    ["an image that is an address", "image", /looks like/, set("image", "https://registry.example/redis:8")],
    [
        "a name beside the files of another node",
        "nodes[1].name",
        /"master-files" and "master"/,
        (args) => {
            node(1, "name", "master-files")(args);
            node(2, "replicaOf", "master")(args);
        },
    ],
    ["a name for an address on a bridge", "hosts[0].address", /IP address only/, host(0, "address", "localhost")],
    ["a time zone in other letters", "timezone", /written Asia\/Shanghai/, set("timezone", "asia/shanghai")],
    ["a memory limit beyond all numbers", "memory", /size/, set("memory", "99999999999gb")],
    ["a negative limit", "memory", /size/, set("memory", "-1gb")],
    ["users that are nothing", "users", /not nothing/, set("users", null)],
    ["another key's name", "passwordz", /did you mean passwords/, set("passwordz", {})],
    ["a password by its path", '["passwords.default"]', /by user/, set("passwords.default", "secret")],
    ["no nodes", "nodes", /at least one/, set("nodes", [])],
    ["nodes that are no list", "nodes", /list of nodes/, set("nodes", "master")],
    ["a node that is nothing", "nodes[1]", /object/, (args) => set("1", null)(args.nodes)],
    ["no master", "nodes", /no master/, node(0, "replicaOf", "replica2")],
    ["a circle", "nodes[1].replicaOf", /circle/, node(1, "replicaOf", "replica2")],
    ["a node that replicates itself", "nodes[1].replicaOf", /itself/, node(1, "replicaOf", "replica1")],
    ["two masters", "nodes[2]", /second master.*"replica2".*"master"/i, node(2, "replicaOf", undefined)],
    ["names twice", "nodes[2].name", /already nodes\[1\].name/, node(2, "name", "Replica1")],
    ["ports twice", "nodes[2].port", /6380 is already nodes\[1\].port/, node(2, "port", 6380)],
    ["a port that is a text", "nodes[0].port", /whole number/, node(0, "port", "6379")],
    ["half a port", "nodes[0].port", /whole number/, node(0, "port", 6379.5)],
    ["port 0", "nodes[0].port", /1 to 65535/, node(0, "port", 0)],
    ["no port", "nodes[0].port", /missing/, node(0, "port", undefined)],
    ["no name", "nodes[0].name", /missing/, node(0, "name", undefined)],
    ["an underscore", "nodes[0].name", /hyphens/, node(0, "name", "the_master")],
    ["a hyphen in front", "nodes[0].name", /hyphens/, node(0, "name", "-master")],
    ["a long name", "nodes[0].name", /63/, node(0, "name", "m".repeat(64))],
    ["a number for a name", "nodes[0].name", /address/, node(0, "name", "127")],
    ["the name localhost", "nodes[0].name", /itself/, node(0, "name", "localhost")],
    ["maxmemory above the limit", "nodes[1].settings.maxmemory", /room/, set("memory", "100mb")],
    ["common maxmemory above the limit", "settings.maxmemory", /room/, set("settings", { maxmemory: "1gb" })],
    ["less memory than Docker gives", "memory", /6mb/, set("memory", "1mb")],
    ["no users", "users", /at least one/, set("users", [])],
    ["users twice", "users[1].name", /already/, user("name", "default")],
    ["a user with a space", "users[1].name", /space/, user("name", "a b")],
    ["everything and more", "users[1].keys", /leave the other/, user("keys", ["*", "a"])],
    ["settings that are a list", "settings", /by name/, set("settings", [])],
    ["an address for everybody", "hosts[0].address", /reach/, host(0, "address", "0.0.0.0")],
    ["hosts that are none", "hosts", /at least one/, set("hosts", [])],
];

const acrossHosts: Mistake[] = [
    ["a bridge across hosts", "network", /one host only/, set("network", "bridge")],
    ["a host without address", "hosts[1].address", /each needs one/, host(1, "address", undefined)],
    ["a host at loopback", "hosts[1].address", /own machine/, host(1, "address", "127.0.0.1")],
    ["addresses twice", "hosts[1].address", /already/, host(1, "address", "10.0.0.1")],
    ["host names twice", "hosts[1].name", /already/, host(1, "name", "a")],
    ["endpoints twice", "hosts[1].docker", /already hosts\[0\]/, host(1, "docker", "ssh://ops@10.0.0.1")],
    ["the local Engine twice", "hosts[2].docker", /local Docker Engine is already/, host(1, "docker", undefined)],
    ["a password in an endpoint", "hosts[1].docker", /no password/, host(1, "docker", "ssh://ops:secret@b")],
    ["a node without host", "nodes[1].host", /say which: "a", "b", "c"/, node(1, "host", undefined)],
    ["ports twice on a host", "nodes[1].port", /already/, node(1, "host", "a")],
];

const paths = (args: unknown): string[] => validate(args).map(({ path }) => path);

describe("validation", () => {
    it("takes the baselines, and the least that works", () => {
        assert.deepEqual(validate(baseline()), []);
        assert.deepEqual(validate(severalHosts()), []);
        assert.deepEqual(validate({ image: "redis", nodes: [{ name: "master", port: 6379 }] }), []);
    });

    for (const [mistakes, start] of [
        [[...independent, ...others], baseline] as const,
        [acrossHosts, severalHosts] as const,
    ]) {
        for (const [what, path, says, make] of mistakes) {
            it(`finds ${what}, and says so once`, () => {
                const args = start();
                make(args as unknown as Loose);
                const found = validate(args).filter((problem) => problem.path === path);
                assert.equal(found.length, 1, JSON.stringify(validate(args)));
                assert.match(found[0]?.message ?? "", says);
                assert.doesNotMatch(found[0]?.message ?? "", /secret/);
            });
        }
    }

    it("finds any mistakes at once, and nothing else", () => {
        fc.assert(
            fc.property(fc.subarray(independent), (mistakes) => {
                const args = baseline();
                for (const [, , , make] of mistakes) make(args as unknown as Loose);
                assert.deepEqual(paths(args).sort(), mistakes.map(([, path]) => path).sort());
            }),
        );
    });

    it("takes every tree of any size in any order, and no tree with a circle", () => {
        const parents = fc.array(fc.nat(), { minLength: 1, maxLength: 20 });
        fc.assert(
            fc.property(parents, fc.nat(), (choices, turn) => {
                const nodes = ["master", ...choices.map((_, index) => `replica${index}`)].map((name, index) => ({
                    name,
                    port: 7000 + index,
                    replicaOf:
                        index === 0
                            ? undefined
                            : ["master", ...choices.map((_, at) => `replica${at}`)][(choices[index - 1] ?? 0) % index],
                }));
                const start = turn % nodes.length;
                const turned = [...nodes.slice(start), ...nodes.slice(0, start)];
                assert.deepEqual(validate({ image: "redis", nodes: turned }), []);
                const last = nodes.at(-1);
                const first = nodes.find(({ name }) => name === last?.replicaOf && name !== "master");
                if (!first || !last) return;
                first.replicaOf = last.name;
                assert.ok(validate({ image: "redis", nodes: turned }).some(({ message }) => /circle/.test(message)));
            }),
        );
    });

    it("never fails, whatever it is given", () => {
        const odd = fc.anything({
            withBigInt: true,
            withDate: true,
            withMap: true,
            withNullPrototype: true,
            withSparseArray: true,
        });
        const shaped = fc.record(
            Object.fromEntries([...Object.keys(baseline())].map((key) => [key, fc.oneof(odd, fc.array(odd))])),
            { requiredKeys: [] },
        );
        fc.assert(
            fc.property(fc.oneof(odd, shaped), (args) => assert.ok(validate(args).length > 0)),
            { numRuns: 1000 },
        );
        const closed = new Proxy({}, { ownKeys: () => assert.fail("closed") });
        assert.match(validate(closed)[0]?.message ?? "", /cannot be read/);
    });

    it("never fails on a baseline with anything in one place", () => {
        const places = [...independent, ...others].map(([, path]) => path.split(/[.[\]]+/).filter(Boolean));
        fc.assert(
            fc.property(fc.constantFrom(...places), fc.anything(), (place, value) => {
                const args = baseline() as unknown as Loose;
                const target = place.slice(0, -1).reduce<Loose | undefined>((at, key) => at?.[key as never], args);
                if (target) set(place.at(-1) ?? "", value)(target);
                for (const { path, message } of validate(args))
                    assert.ok(typeof path === "string" && message.length > 10);
            }),
            { numRuns: 1000 },
        );
    });
});

describe("what no two nodes may share", () => {
    const named = (nodes: object[], hosts?: string[]) =>
        paths({
            image: "redis:8",
            nodes,
            hosts: hosts?.map((name, at) => ({ name, docker: `tcp://${name}:1`, address: `192.0.2.${at + 1}` })),
        });

    it("is a name that Docker or Pulumi would give both", () => {
        const [a, b] = [
            { name: "a", port: 1 },
            { name: "a-files", port: 2, replicaOf: "a" },
        ];
        assert.deepEqual(named([a, b] as object[]), ["nodes[1].name"]);
        const across = (first: string, second: string) =>
            named(
                [
                    { ...a, host: first },
                    { ...b, host: second },
                ],
                [...new Set([first, second, "z"])],
            );
        assert.deepEqual(across("x", "x"), ["nodes[1].name"]);
        assert.deepEqual(across("x", "y"), []);
        const hosts = ["h", "h-a"];
        const onHosts = [
            { name: "a-b", port: 1, host: "h" },
            { name: "b", port: 1, host: "h-a", replicaOf: "a-b" },
        ];
        assert.deepEqual(named(onHosts, hosts), ["nodes[1].name"]);
    });

    it("is nothing of theirs that is of different kinds", () => {
        const nodes = ["a", "a-data", "a-config", "network", "image"].map((name, at) => ({
            name,
            port: at + 1,
            ...(at > 0 ? { replicaOf: "a" } : {}),
        }));
        assert.deepEqual(named(nodes), []);
    });
});

describe("validation of what stands beside a declaration", () => {
    const sound = { prefix: "redis-dev", preflight: true, isUpdate: true };
    const problems = (changes: Partial<InputsBeside>) =>
        validateInputs({ ...sound, ...changes }).map(({ path }) => path);

    it("takes names that Docker takes, and previews without a look", () => {
        assert.deepEqual(problems({}), []);
        assert.deepEqual(problems({ preflight: false, isUpdate: false }), []);
    });

    it("refuses others, and an update without a look", () => {
        for (const prefix of ["", "-a", "my cache", "a/b", 5, null]) assert.deepEqual(problems({ prefix }), ["prefix"]);
        for (const preflight of ["false", 0, null, false]) assert.deepEqual(problems({ preflight }), ["preflight"]);
    });
});

describe("names of images", () => {
    const digest = `sha256:${"0a".repeat(32)}`;

    it("are taken in every form that Docker takes", () => {
        for (const name of [
            "redis",
            "redis:8",
            "redis:8.0.2-alpine",
            `redis@${digest}`,
            `redis:8@${digest}`,
            "localhost/redis-debian:8.0",
            "registry.example:5000/a/b__c/redis.x:V8_1",
            "[fd00::1]:5000/redis:8",
            "Registry.example/redis:8",
        ])
            assert.equal(referenceProblem(name), undefined, name);
    });

    it("are refused in any other, with what would do", () => {
        const wrong: [string, RegExp][] = [
            ["Redis", /write redis$/],
            ["redis:8:0", /tag/],
            [`redis:${"a".repeat(129)}`, /tag/],
            ["redis@8", /digest/],
            [`redis@${digest.toUpperCase()}`, /digest/],
            [`redis@${digest}0`, /digest/],
            [`redis@${digest}@${digest}`, /digest/],
            ["/redis", /looks like/],
            ["redis/", /looks like/],
            ["-redis:8", /looks like/],
            ["a".repeat(256), /looks like/],
        ];
        for (const [name, says] of wrong) assert.match(referenceProblem(name) ?? "", says, name);
    });
});

describe("validation of passwords", () => {
    const good = "é\"'\\ #:/@%".padEnd(shortestPassword, "x");

    it("takes any printable characters", () => {
        assert.deepEqual(validatePasswords({ default: good, administrator: good }, undefined), []);
        assert.deepEqual(validatePasswords({ app: good }, [{ name: "app" }]), []);
    });

    it("refuses what is no list of users with theirs, without repeating it", () => {
        for (const passwords of ["p4ssw0rd", 1, null, false, ["p4ssw0rd"]]) {
            const [problem, ...others] = validatePasswords(passwords, undefined);
            assert.deepEqual([problem?.path, others], ["passwords", []]);
            assert.doesNotMatch(problem?.message ?? "", /p4ssw0rd/);
        }
    });

    const wrong: [what: string, passwords: Record<string, unknown>, says: RegExp][] = [
        ["an empty one", { default: "" }, /empty/],
        ["a short one", { default: "p4ssw0rd" }, /shorter than 16/],
        ["a line break", { default: `${good}\n` }, /control character/],
        ["a NUL", { default: `${good}\0` }, /NUL/],
        ["half a surrogate pair", { default: `${good}\ud800` }, /surrogate/],
        ["a number", { default: 1234567890123456 }, /text/],
        ["nobody's", { defualt: good }, /no user "defualt"; did you mean default/],
    ];
    for (const [what, passwords, says] of wrong) {
        it(`refuses ${what}, without repeating it`, () => {
            const problems = validatePasswords(passwords, undefined);
            assert.equal(problems.length, 1);
            assert.match(problems[0]?.message ?? "", says);
            assert.equal(problems[0]?.path, `passwords.${Object.keys(passwords)[0]}`);
            for (const text of [good, "p4ssw0rd", "1234567890123456"])
                assert.ok(!JSON.stringify(problems).includes(text));
        });
    }
});
