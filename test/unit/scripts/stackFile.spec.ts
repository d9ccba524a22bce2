import assert from "node:assert/strict";
import { parse } from "yaml";
import { parsed, read } from "../../../scripts/cli/configuration";
import { copyOf, hasEncryption } from "../../../scripts/cli/stackFile";
import { stackNames } from "../../../scripts/commands/policy";

const tracked = "config:\n    redis:image: redis:8.0\n";
const salt = "encryptionsalt: v1:abc=:v1:def:ghi==";

describe("the untracked copy of a stack file", () => {
    it("is what is tracked, as long as there is no salt", () => {
        assert.equal(copyOf(tracked, ""), tracked);
    });

    it("keeps its salt and nothing else when the tracked file changes", () => {
        const copy = copyOf(tracked, `config:\n    redis:image: redis:7.0\n    redis:gone: 1\n${salt}\n`);
        assert.deepEqual(parse(copy), { config: { "redis:image": "redis:8.0" }, encryptionsalt: salt.slice(16) });
    });

    it("is the same when it is made again", () => {
        const once = copyOf(tracked, salt);
        assert.equal(copyOf(tracked, once), once);
    });

    it("is not made of a file that says itself how its secrets are encrypted", () => {
        assert.equal(hasEncryption(tracked), false);
        assert.equal(hasEncryption(`${tracked}${salt}\n`), true);
        assert.equal(hasEncryption(`secretsprovider: awskms://alias/x\n${tracked}`), true);
        assert.equal(hasEncryption("config:\n    redis:settings: { x: 'encryptionsalt: y' }\n"), false);
    });
});

describe("what the set-up reads of a stack", () => {
    const project = parse(
        "config:\n  redis:image: { type: string, default: 'redis:8.0' }\n  data: { default: keep }\n",
    );

    it("is no YAML: the file and the place are told, and nothing that stands there", () => {
        assert.throws(() => parsed("config:\n    redis:data: keep\n  redis:password: secret\n", "Pulumi.dev.yaml"), {
            name: "Failure",
            message:
                "Pulumi.dev.yaml is no YAML; nothing was touched: All mapping items must start at the same column at line 3, column 1.",
        });
    });

    it("has the defaults of Pulumi.yaml", () => {
        const { declaration, ...rest } = read(project, null);
        assert.deepEqual(rest, { image: "redis:8.0", hosts: [], endpoints: [undefined], isSound: false });
        assert.deepEqual(declaration, { image: "redis:8.0", data: "keep" });
    });

    it("has the stack's own values, and leaves out hosts that are down", () => {
        const stack = parse(`
            config:
              redis:image: localhost/redis-debian:7.0
              redis:data: delete
              redis:hosts:
                - { name: a, docker: "ssh://ops@192.0.2.1" }
                - { name: b }
                - { name: c, docker: "tcp://192.0.2.3:2376", state: down }
        `);
        const { image, endpoints, declaration, hosts } = read(project, stack);
        assert.deepEqual(
            { image, endpoints, data: declaration.data },
            {
                image: "localhost/redis-debian:7.0",
                endpoints: ["ssh://ops@192.0.2.1", undefined],
                data: "delete",
            },
        );
        assert.deepEqual(
            hosts.map(({ name, state }) => [name, state]),
            [
                ["a", undefined],
                ["b", undefined],
                ["c", "down"],
            ],
        );
    });
});

describe("a stack file before anything is set up", () => {
    const config = { "redis:image": "redis:8.0", "redis:nodes": [{ name: "a", port: 6379 }] };
    const sound = (changes: object, beside: object = {}) =>
        read(undefined, { config: { ...config, ...changes }, ...beside }).isSound;

    it("is sound where nothing is wrong that shows without its secrets", () => {
        assert.ok(sound({}));
        assert.ok(sound({ "redis:passwords": { default: { secure: "v1:x:y" } } }, { encryptionsalt: "v1:x" }));
        assert.ok(sound({ memory: "1gb", "docker:host": "x", "pulumi:tags": {} }));
    });

    it("is not where a value, a key, a host or a secret is wrong, so that nothing is mended or forgotten for its sake", () => {
        for (const changes of [
            { "redis:image": "REDIS:8" },
            { "redis:image": [1] },
            { "redis:hosts": null },
            { "redis:hosts": [{ name: "a", docker: "somewhere" }] },
            { "redis:memroy": "1gb" },
            { "redi:memory": "1gb" },
            { "redis:passwords": { default: "in clear" } },
        ])
            assert.ok(!sound(changes), JSON.stringify(changes));
        assert.ok(!sound({}, { confg: {} }));
    });

    it("has no image to fetch that is none", () => {
        for (const image of ["REDIS:8", 8, [1], null]) {
            assert.equal(read(undefined, { config: { "redis:image": image } }).image, "");
        }
    });

    it("may leave the project's name out", () => {
        const { declaration } = read(undefined, { config: { image: "redis:8.0", "redis:data": "keep" } });
        assert.deepEqual(declaration, { image: "redis:8.0", data: "keep" });
    });
});

describe("the stacks of a checkout", () => {
    it("are those that have a file", () => {
        const files = ["Pulumi.yaml", "Pulumi.prod.yaml", "Pulumi.dev.yaml", "package.json", "Pulumi.dev.yaml.bak"];
        assert.deepEqual(stackNames(files), ["dev", "prod"]);
    });
});
