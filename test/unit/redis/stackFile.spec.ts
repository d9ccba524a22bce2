import assert from "node:assert/strict";
import fc from "fast-check";
import { parse } from "yaml";
import { stackFileProblems } from "../../../redis/declaration/validation";

const problems = (yaml: string) => stackFileProblems(parse(yaml), "redis", "dev");
const told = (yaml: string) => problems(yaml).map(({ path, message }) => `${path}: ${message}`);

describe("what the program does not see of a stack file", () => {
    it("is nothing in a sound one", () => {
        const sound = `
            encryptionsalt: v1:abc
            environment: [production]
            config:
                redis:image: redis:8.0
                memory: 1gb
                docker:host: unix:///var/run/docker.sock
                pulumi:disable-default-providers: ["*"]
                redis:passwords: { default: { secure: v1:x:y } }`;
        assert.deepEqual(told(sound), []);
        assert.deepEqual(told("config: { redis:passwords: { secure: v1:x:y } }"), []);
        assert.deepEqual(told(""), []);
    });

    it("is told of keys that nobody reads, with the one that may be meant", () => {
        const found = told(
            "confg: { redis:memory: 1gb }\nconfig: { redi:memory: 1gb, Redis:memroy: 1, aws:region: x }",
        );
        assert.equal(found.length, 4);
        assert.match(found[0] ?? "", /^confg: .*did you mean config\?$/);
        assert.match(found[1] ?? "", /^redi:memory: .*"redi"; did you mean redis:memory\?$/);
        assert.match(found[2] ?? "", /^Redis:memroy: .*"Redis"; did you mean redis\?$/);
        assert.match(found[3] ?? "", /^aws:region: .*; the keys here begin with redis:$/);
    });

    it("is told of keys without a value, and of one that stands there twice", () => {
        const found = told(
            'config: { redis:users: null, redis:data: , redis:hosts: "", memory: 1gb, redis:memory: "" }',
        );
        assert.deepEqual(
            found.map((line) => line.split(":")[0]),
            ["users", "data", "hosts", "memory"],
        );
    });

    it("is told of passwords in clear by user, without repeating them, with the command that encrypts one", () => {
        for (const passwords of ["hunter2", "{ default: hunter2, app: { secure: x } }", "{ default: [hunter2] }"]) {
            const found = told(`config: { redis:passwords: ${passwords} }`);
            assert.equal(found.length, 1, passwords);
            assert.match(found[0] ?? "", /config set --secret --path 'redis:passwords\.default' --stack dev`/);
            assert.doesNotMatch(found[0] ?? "", /hunter2/);
        }
        assert.match(told("config: { redis:previous: { app: x } }")[0] ?? "", /'redis:previous\.app' --stack dev`/);
        assert.match(told(`config: { redis:passwords: { "a b": x } }`)[0] ?? "", /'redis:passwords\["a b"\]'/);
    });

    it("never fails, whatever stands there", () => {
        fc.assert(
            fc.property(fc.anything(), fc.anything(), (config, passwords) => {
                stackFileProblems(config, "redis", "dev");
                stackFileProblems({ config }, "redis", "dev");
                stackFileProblems({ config: { "redis:passwords": passwords } }, "redis", "dev");
            }),
        );
    });
});
