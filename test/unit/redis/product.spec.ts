import assert from "node:assert/strict";
import { cannotBecome, parseVersion, productOf } from "../../../redis/image/product";

const product = (text: string) => {
    const [name = "", version = ""] = text.split(" ");
    return { name, version };
};

describe("a server's product", () => {
    it("is read from its program and from INFO", () => {
        const line = "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=d81b8ff71cfb150e";
        assert.deepEqual(parseVersion(line), product("Redis 7.0.15"));
        assert.deepEqual(parseVersion("Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc"), product("Valkey 8.1.1"));
        assert.deepEqual(parseVersion("KeyDB server v=6.3.4 sha=0"), product("KeyDB 6.3.4"));
        assert.equal(parseVersion("sh: redis-server: not found"), undefined);
        assert.deepEqual(productOf(new Map([["redis_version", "8.0.2"]])), product("Redis 8.0.2"));
        const valkey = { redis_version: "7.2.4", server_name: "valkey", valkey_version: "8.1.1" };
        assert.deepEqual(productOf(new Map(Object.entries(valkey))), product("Valkey 8.1.1"));
    });

    for (const [from, to] of [
        ["Redis 7.0.15", "Redis 8.0.2"],
        ["Redis 8.0.3", "Redis 8.0.2"],
        ["Redis 8.0.2", "Redis 8.0.2"],
        ["Redis 9.9.0", "Redis 9.10.0"],
        ["Redis 7.2.4", "Valkey 8.1.1"],
        ["Redis 7.0.15", "Valkey 9.0.0"],
        ["Valkey 7.2.9", "Valkey 8.1.1"],
    ] as const) {
        it(`may go from ${from} to ${to}`, () => assert.equal(cannotBecome(product(from), product(to)), undefined));
    }

    for (const [from, to, says] of [
        ["Redis 8.0.2", "Redis 7.0.15", /Redis 8.0.2 cannot become Redis 7.0.15: an older version/],
        ["Redis 7.4.1", "Redis 7.2.9", /older version/],
        ["Redis 9.10.0", "Redis 9.9.0", /older version/],
        ["Redis 8.0.2", "Valkey 8.1.1", /up to 7.2 only/],
        ["Redis 7.4.0", "Valkey 8.1.1", /up to 7.2 only/],
        ["Valkey 8.1.1", "Valkey 8.0.3", /older version/],
        ["Valkey 7.2.9", "Redis 8.0.2", /Valkey 7.2.9 cannot become Redis 8.0.2: another product/],
        ["KeyDB 6.3.4", "Redis 8.0.2", /another product/],
    ] as const) {
        it(`is kept from going from ${from} to ${to}`, () =>
            assert.match(cannotBecome(product(from), product(to)) ?? "", says));
    }
});
