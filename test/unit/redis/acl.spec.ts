import assert from "node:assert/strict";
import fc from "fast-check";
import {
    canonicalCommands,
    commandsProblem,
    hashPassword,
    parseGetUser,
    patternProblem,
} from "../../../redis/acl/rules";

const rule = fc
    .tuple(
        fc.constantFrom("+", "-"),
        fc.constantFrom("@all", "@read", "get", "config", "config|get", "config|set", "SET"),
    )
    .map(([sign, name]) => sign + name);
const rules = fc.array(rule, { maxLength: 12 });

describe("command rules", () => {
    it("are kept as Redis keeps them", () => {
        const examples: [given: string, kept: string][] = [
            ["", "-@all"],
            ["+@all -KEYS -FLUSHALL", "+@all -keys -flushall"],
            ["allcommands  -get", "+@all -get"],
            ["+get nocommands", "-@all"],
            ["+get -get +get", "-@all +get"],
            ["+config|get +config|set -config", "-@all -config"],
            ["-config +config|get", "-@all -config +config|get"],
            ["+get +@read -@read", "-@all +get -@read"],
            ["+getex +get", "-@all +getex +get"],
        ];
        for (const [given, kept] of examples) assert.equal(canonicalCommands(given), kept);
    });

    it("stay what they are once they are canonical", () => {
        fc.assert(
            fc.property(rules, (list) => {
                const once = canonicalCommands(list.join(" "));
                assert.equal(canonicalCommands(once), once);
            }),
        );
    });

    it("name each command once, and the last rule counts", () => {
        fc.assert(
            fc.property(rules, rule, (list, last) => {
                const kept = canonicalCommands([...list, last].join(" ")).split(" ");
                const names = kept.map((one) => one.slice(1));
                assert.equal(new Set(names).size, names.length);
                assert.equal(kept.at(-1), last.toLowerCase());
            }),
        );
    });

    const wrong: [rules: string, says: RegExp][] = [
        ["", /at least one/],
        ["get", /no rule/],
        ["+@al", /unknown category @al.*did you mean @?all/],
        ["+@all -keyz", /unknown command keyz.*keys/],
        ["-config|gett", /unknown subcommand config\|gett.*config\|get/],
        ["-select|0", /first arguments/],
        ["+@all >hunter2", /password rule/],
        ["+@all ~x", /keys/],
        ["+@all &x", /channels/],
        ["+@all allkeys", /keys/],
        ["(+get", /selector/],
        ["+a|b|c", /no rule/],
        ["+get\0", /no rule/],
    ];
    for (const [given, says] of wrong) {
        it(`refuse ${JSON.stringify(given)}`, () => {
            assert.match(commandsProblem(given) ?? "", says);
            assert.doesNotMatch(commandsProblem(given) ?? "", /hunter2/);
        });
    }

    it("may name what modules bring", () => {
        for (const given of ["+ft.search", "+@json", "+json.set -@search", "+brandnewcommand"]) {
            assert.equal(commandsProblem(given), undefined, given);
        }
    });
});

describe("patterns", () => {
    for (const pattern of ["", "a b", "a\n", "~a", "&a", "%x", "%R~", "a\0"]) {
        it(`refuse ${JSON.stringify(pattern)}`, () => assert.ok(patternProblem(pattern)));
    }
    for (const pattern of ["*", "app:*", "é\"'#(", "%R~a", "%rw~a"]) {
        it(`take ${JSON.stringify(pattern)}`, () => assert.equal(patternProblem(pattern), undefined));
    }
});

describe("passwords", () => {
    it("are hashed by SHA-256", () => {
        assert.equal(hashPassword("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    });
});

describe("replies of ACL GETUSER", () => {
    const fields = {
        flags: ["on"],
        passwords: ["ab"],
        commands: "+@all -keys",
        keys: "~a %R~b",
        channels: "&c",
        selectors: [],
    };
    const user = { name: "app", enabled: true, passwordHashes: ["ab"], keys: ["a", "%R~b"], channels: ["c"] };

    it("are read as lists and as maps", () => {
        for (const reply of [Object.entries(fields).flat(1), fields, new Map(Object.entries(fields))]) {
            assert.deepEqual(parseGetUser(reply, "app"), { ...user, commands: "+@all -keys", extras: [] });
        }
    });

    it("are no user when they are anything else", () => {
        assert.equal(parseGetUser([{ toString: 0 }]), undefined);
        fc.assert(fc.property(fc.anything(), (reply) => assert.equal(parseGetUser(reply), undefined)));
    });
});
