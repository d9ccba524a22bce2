import assert from "node:assert/strict";
import fc from "fast-check";
import { otherSpellings } from "../../../redis/settings/directives";
import {
    needsRestart,
    ownedDirectives,
    type SettingValue,
    sameValue,
    settingProblem,
    settings,
    showLive,
    toArguments,
    toConfigSet,
    unknownProblem,
} from "../../../redis/settings/settings";
import { parseMemory } from "../../../redis/settings/sizes";

describe("settings", () => {
    const wrong: [name: string, value: unknown, says: RegExp][] = [
        ["maxmemroy", "1gb", /did you mean maxmemory\?/],
        ["MaxMemory", "1gb", /is written maxmemory/],
        ["search-timeout-or-so", 1, /no directive/],
        ["__proto__", 1, /no directive/],
        ["requirepass", "secret text", /belongs to the deployment.*passwords/],
        ["replicaof", "a 1", /replicaOf/],
        ["slaveof", "a 1", /replicaOf/],
        ["appendonly", true, /persistence/],
        ["tls-port", 1, /TLS is not served yet/],
        ["rename-command", "KEYS x", /users/],
        ["slave-read-only", true, /write replica-read-only/],
        ["repl-ping-slave-period", 1, /write repl-ping-replica-period/],
        ["maxmemory", "1 gb", /size/],
        ["maxmemory", "1gib", /size/],
        ["maxmemory", -1, /size/],
        ["maxmemory", 1.5, /size/],
        ["maxmemory", "", /size/],
        ["maxmemory", "99999999999999gb", /size/],
        ["maxmemory", true, /size/],
        ["maxmemory", ["1gb", "2gb"], /one value/],
        ["maxmemory-clients", "101%", /100%/],
        ["maxmemory-clients", "x%", /share/],
        ["repl-backlog-size", 16383, /at least 16384/],
        ["hz", 0, /from 1 to 500/],
        ["hz", 99999, /from 1 to 500/],
        ["maxclients", 99999999, /from 1 to 1048544/],
        ["hz", "ten", /whole number/],
        ["hz", 1.5, /whole number/],
        ["hz", Number.NaN, /whole number/],
        ["hz", "0x10", /whole number/],
        ["io-threads", 129, /from 1 to 128/],
        ["active-expire-effort", 0, /from 1 to 10/],
        ["maxmemory-policy", "allkeys-lrru", /did you mean allkeys-lr[um]/],
        ["rdbcompression", "true", /yes or no/],
        ["rdbcompression", 1, /yes or no/],
        ["save", "900", /pairs/],
        ["save", "0 1", /pairs/],
        ["save", false, /pairs/],
        ["client-output-buffer-limit", "slave 1 1 1", /replica, not slave/],
        ["client-output-buffer-limit", "replica 1 1", /hard limit/],
        ["client-output-buffer-limit", "replica 1 1 1 replica 1 1 1", /twice/],
        ["client-output-buffer-limit", [], /hard limit/],
        ["notify-keyspace-events", "KEAX", /letters/],
        ["oom-score-adj-values", "1 2", /three/],
        ["oom-score-adj-values", "1 2 2001", /three/],
        ["latency-tracking-info-percentiles", "101", /100/],
        ["shutdown-on-sigint", "later", /one of/],
        ["dbfilename", "a/b.rdb", /without a folder/],
        ["dbfilename", "dump", /ends in .rdb/],
        ["appenddirname", "", /name of a folder below/],
        ["appenddirname", ".", /name of a folder below/],
        ["appenddirname", "..", /name of a folder below/],
        ["appenddirname", "../log", /name of a folder below/],
        ["appenddirname", "/log", /name of a folder below/],
        ["appenddirname", "redis.conf", /name of a folder below/],
        ["dbfilename", "../dump.rdb", /without a folder/],
        ["appendfilename", "../log.aof", /without a folder/],
        ["proc-title-template", "a\nb", /control/],
        ["proc-title-template", "a\ud800", /surrogate/],
        ["hz", null, /must be a text/],
        ["hz", {}, /must be a text/],
        ["save", [1], /must be a text/],
    ];
    for (const [name, value, says] of wrong) {
        it(`refuses ${name} ${JSON.stringify(value)}`, () => assert.match(settingProblem(name, value) ?? "", says));
    }

    it("never repeats the value of a directive that may be a password", () => {
        assert.doesNotMatch(settingProblem("requirepass", "hunter2") ?? "", /hunter2/);
    });

    it("judges any name and value without failing", () => {
        fc.assert(
            fc.property(fc.oneof(fc.string(), fc.constantFrom(...settings.keys())), fc.anything(), (name, value) => {
                const problem = settingProblem(name, value);
                assert.ok(problem === undefined || problem.length > 0);
            }),
        );
    });

    it("renders lines", () => {
        const lines: [string, SettingValue, string[][]][] = [
            ["rdbcompression", true, [["yes"]]],
            ["appendfsync", false, [["no"]]],
            ["hz", 10, [["10"]]],
            ["save", "", [[""]]],
            ["save", [], [[""]]],
            ["save", "3600 1  300 100", [["3600", "1", "300", "100"]]],
            [
                "save",
                ["3600 1", "300 100"],
                [
                    ["3600", "1"],
                    ["300", "100"],
                ],
            ],
            [
                "client-output-buffer-limit",
                "normal 0 0 0 replica 1gb 1mb 5",
                [
                    ["normal", "0", "0", "0"],
                    ["replica", "1gb", "1mb", "5"],
                ],
            ],
            ["proc-title-template", "{title} a", [["{title} a"]]],
            ["latency-tracking-info-percentiles", "", [[""]]],
        ];
        for (const [name, value, wanted] of lines) {
            assert.deepEqual(
                toArguments(name, value),
                wanted.map((line) => [name, ...line]),
            );
        }
    });

    it("gives CONFIG SET one text with single spaces, and all classes of clients", () => {
        assert.equal(toConfigSet("save", ["3600 1", "300  100"]), "3600 1 300 100");
        assert.equal(toConfigSet("save", []), "");
        assert.equal(
            toConfigSet("client-output-buffer-limit", "replica 1kb 0 0"),
            "normal 0 0 0 replica 1024 0 0 pubsub 33554432 8388608 60",
        );
    });

    it("sees different values as different", () => {
        const pairs: [string, SettingValue, string][] = [
            ["maxmemory", "256mb", "256000000"],
            ["save", "", "3600 1"],
            ["save", "3600 1", ""],
            ["maxmemory-clients", "5%", "5"],
            ["notify-keyspace-events", "KEA", "AK"],
            [
                "client-output-buffer-limit",
                "replica 0 0 0",
                "normal 0 0 0 slave 268435456 67108864 60 pubsub 33554432 8388608 60",
            ],
            ["proc-title-template", "A", "a"],
            ["rdbcompression", true, "no"],
        ];
        for (const [name, declared, live] of pairs) assert.ok(!sameValue(name, declared, live), name);
    });

    it("takes a change of an unknown directive for one that needs a restart", () => {
        assert.ok(needsRestart("something-new"));
        assert.ok(needsRestart("dir") && needsRestart("dbfilename") && needsRestart("databases"));
        assert.ok(!needsRestart("maxmemory") && !needsRestart("appendonly"));
    });

    it("says what a version does not know", () => {
        const redis = (version: string) => ({ name: "Redis", version });
        const valkey = { name: "Valkey", version: "8.1.1" };
        const known = { maxmemory: "0", "maxmemory-policy": "noeviction" };
        const newer = { ...known, "set-max-listpack-entries": "128" };
        assert.match(
            unknownProblem("set-max-listpack-entries", 5, redis("7.0.15"), known) ?? "",
            /exists from Redis 7.2, and the image's server is Redis 7.0.15/,
        );
        assert.equal(unknownProblem("set-max-listpack-entries", 5, redis("7.2.1"), newer), undefined);
        assert.match(unknownProblem("maxmemory-policy", "allkeys-lrm", redis("8.0.2"), known) ?? "", /from Redis 8.6/);
        assert.equal(unknownProblem("maxmemory-policy", "allkeys-lrm", redis("8.6.0"), known), undefined);
        assert.equal(unknownProblem("maxmemory-policy", "allkeys-lru", redis("7.0.0"), known), undefined);
        assert.equal(unknownProblem("maxmemory", "1gb", redis("10.0"), known), undefined);
        assert.match(unknownProblem("io-threads", 2, valkey, known) ?? "", /Valkey 8.1.1.* knows no directive io-thr/);
    });

    it("names only known directives as replacements of other spellings", () => {
        for (const name of otherSpellings.values()) assert.ok(settings.has(name) && !ownedDirectives.has(name), name);
    });
});

describe("sizes", () => {
    it("are read as Redis reads them", () => {
        const sizes: [string, number | undefined][] = [
            ["0", 0],
            ["100", 100],
            ["100b", 100],
            ["2k", 2000],
            ["2KB", 2048],
            ["3m", 3e6],
            ["3Mb", 3 * 2 ** 20],
            ["1g", 1e9],
            ["1GB", 2 ** 30],
            ["", undefined],
            ["mb", undefined],
            ["1.5gb", undefined],
            ["-1", undefined],
            ["1 mb", undefined],
            ["1tb", undefined],
            ["9007199254740992", undefined],
            ["1constructor", undefined],
        ];
        for (const [text, bytes] of sizes) assert.equal(parseMemory(text), bytes, text);
    });

    it("show sizes of live servers as one would declare them, and everything else as it is", () => {
        const shown: [name: string, live: string, shown: string][] = [
            ["maxmemory", "268435456", "256mb"],
            ["maxmemory", "1073741824", "1gb"],
            ["maxmemory", "1610612736", "1536mb"],
            ["maxmemory", "2048", "2kb"],
            ["maxmemory", "1000", "1000"],
            ["maxmemory", "100000001", "100000001"],
            ["maxmemory", "0", "0"],
            ["maxclients", "1048576", "1048576"],
            ["save", "", "(empty)"],
        ];
        for (const [name, live, text] of shown) {
            assert.equal(showLive(name, live), text);
            if (live) assert.ok(sameValue(name, text, live), `${name} ${text}`);
        }
    });
});
