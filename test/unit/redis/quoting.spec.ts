import assert from "node:assert/strict";
import fc from "fast-check";
import { renderAclFile } from "../../../redis/model/files/aclFile";
import { renderRedisConf } from "../../../redis/model/files/redisConf";
import { quote } from "../../../redis/settings/quoting";

const named: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", a: "\x07" };

/** `sdssplitargs` of Redis's sds.c, on the bytes of a line as Redis gets it; undefined for unbalanced quotes. */
function splitArguments(line: string): string[] | undefined {
    const bytes = Buffer.from(line).toString("latin1");
    const found: string[] = [];
    let at = 0;
    const space = (character = ""): boolean => /^[ \n\r\t\v\f]$/.test(character);
    for (;;) {
        while (space(bytes[at])) at++;
        if (at >= bytes.length) return found.map((text) => Buffer.from(text, "latin1").toString());
        let word = "";
        let inside = "";
        for (; ; at++) {
            const character = bytes[at];
            if (character === undefined) {
                if (inside) return undefined;
                break;
            }
            if (inside === '"' && /^\\x[0-9a-f]{2}/i.test(bytes.slice(at, at + 4))) {
                word += String.fromCharCode(Number.parseInt(bytes.slice(at + 2, at + 4), 16));
                at += 3;
            } else if (inside === '"' && character === "\\" && at + 1 < bytes.length) {
                at++;
                word += named[bytes[at] ?? ""] ?? bytes[at];
            } else if (inside === "'" && character === "\\" && bytes[at + 1] === "'") {
                at++;
                word += "'";
            } else if (character === inside) {
                const next = bytes[at + 1];
                if (next !== undefined && !space(next)) return undefined;
                inside = "";
            } else if (!inside && space(character)) break;
            else if (!inside && (character === '"' || character === "'")) inside = character;
            else word += character;
        }
        found.push(word);
    }
}

/** Mostly what has a meaning to Redis; no NUL. */
const text = fc
    .string({
        unit: fc.oneof(
            fc.constantFrom(..."\"'\\ #\n\r\t\v\f\x07\b\x1b\x7f\x85xabn0é漢😀"),
            fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
        ),
    })
    .filter((value) => !value.includes("\0"));

describe("quoting", () => {
    it("gives what Redis reads back as the same text", () => {
        fc.assert(
            fc.property(fc.array(text, { minLength: 1 }), (words) => {
                assert.deepEqual(splitArguments(words.map(quote).join(" ")), words);
            }),
            { numRuns: 2000 },
        );
    });

    it("never breaks a line", () => {
        fc.assert(fc.property(text, (word) => assert.doesNotMatch(quote(word), /[\n\r]/)));
    });

    it("leaves plain words as they are", () => {
        for (const plain of ["yes", "256mb", "-1", "/data/a.rdb", "allkeys-lru"]) assert.equal(quote(plain), plain);
        assert.equal(quote(""), '""');
        assert.equal(quote("#"), '"#"');
    });

    it("refuses what no file can carry", () => {
        assert.throws(() => quote("a\0b"), /NUL/);
        assert.throws(() => quote("\ud800"), /surrogate/);
    });

    it("renders one line per directive", () => {
        const lines = [
            ["save", ""],
            ["maxmemory", "1gb"],
            ["masterauth", 'a"b'],
        ];
        assert.equal(renderRedisConf(lines), 'save ""\nmaxmemory 1gb\nmasterauth "a\\"b"\n');
    });

    it("renders one line per user, without clear passwords", () => {
        const user = { name: "app", enabled: true, passwordHashes: ["ab12"], keys: ["app:*", "%R~x"], channels: [] };
        assert.equal(
            renderAclFile([{ ...user, commands: "+@all -KEYS" }]),
            "user app reset on #ab12 ~app:* %R~x resetchannels +@all -keys\n",
        );
    });
});
