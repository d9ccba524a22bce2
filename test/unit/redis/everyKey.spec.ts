import assert from "node:assert/strict";
import { validate } from "../../../redis/declaration/validation";

/** Declarations in which together every key stands once. */
const declarations: Record<string, object> = {
    tree: {
        topology: "replication",
        image: "redis:8.0",
        network: "bridge",
        hosts: [{ name: "one", docker: "unix:///x", address: "192.168.0.1", state: "up" }],
        nodes: [
            { name: "a", port: 6379, host: "one", persistence: "aof", settings: { maxmemory: "1mb" } },
            { name: "b", port: 6380, replicaOf: "a", formerly: ["c"] },
        ],
        settings: { timeout: 5 },
        users: [{ name: "app", keys: ["a"], channels: ["b"], commands: "+@all" }],
        data: "keep",
        deleteData: ["a:1f0c9a2b3d4e"],
        memory: "200mb",
        timezone: "UTC",
        synchronisations: 1,
        allowOutage: false,
    },
    sentinel: {
        topology: "sentinel",
        image: "redis:8.0",
        nodes: [
            { name: "a", port: 1 },
            { name: "b", port: 2, replicaOf: "a" },
        ],
        sentinels: [1, 2, 3].map((number) => ({ name: `s${number}`, port: 10 + number, host: "local" })),
        sentinel: {
            name: "main",
            quorum: 2,
            downAfterMilliseconds: 5000,
            failoverTimeout: 60000,
            parallelSyncs: 1,
        },
        subnet: "172.20.0.0/20",
    },
    cluster: {
        topology: "cluster",
        image: "redis:8.0",
        cluster: {
            shards: 3,
            replicasPerShard: 1,
            firstPort: 7000,
            placement: { "shard1-1": "local" },
            restoreMasters: false,
        },
    },
};

/** What somebody may write by mistake, by what it is. */
const mistakes: Record<string, unknown> = {
    nothing: null,
    "an object": {},
    "a list": [],
    "an empty text": "",
    "a negative number": -1,
    "a number beyond all": 1e20,
    "a word for yes": true,
    zero: 0,
    "a half": 1.5,
    "two words": "x y",
    "capital letters": "UPPER",
    "a long text": "x".repeat(300),
    "a control character": "a\0b",
    "a letter beyond ASCII": "\u00e4",
};

/** What is no mistake there. */
const fine: Record<string, string[]> = {
    "nodes.0.settings": ["an object"],
    "nodes.0.settings.maxmemory": ["zero"],
    "nodes.1.name": ["capital letters"],
    "nodes.1.formerly.0": ["capital letters"],
    settings: ["an object"],
    "settings.timeout": ["zero"],
    "users.0.name": ["capital letters", "a long text", "a letter beyond ASCII"],
    "users.0.keys": ["a list"],
    "users.0.keys.0": ["capital letters", "a long text", "a letter beyond ASCII"],
    "users.0.channels": ["a list"],
    "users.0.channels.0": ["capital letters", "a long text", "a letter beyond ASCII"],
    "sentinels.0.name": ["capital letters"],
    "sentinels.1.name": ["capital letters"],
    "sentinels.2.name": ["capital letters"],
    sentinel: ["an object"],
    "sentinel.name": ["capital letters"],
    deleteData: ["a list"],
    allowOutage: ["a word for yes"],
    "cluster.replicasPerShard": ["zero"],
    "cluster.placement": ["an object"],
    "cluster.restoreMasters": ["a word for yes"],
};

type Tree = { [key: string]: Tree };

const placesIn = (value: unknown, path: string[] = []): string[][] =>
    typeof value === "object" && value !== null
        ? Object.entries(value).flatMap(([key, inner]) => [[...path, key], ...placesIn(inner, [...path, key])])
        : [];

describe("every key of a declaration", () => {
    for (const [name, declaration] of Object.entries(declarations)) {
        it(`takes no mistake (${name})`, () => {
            assert.deepEqual(validate(declaration), []);
            for (const place of new Map(placesIn(declaration).map((path) => [path.join("."), path])).values()) {
                const taken = Object.entries(mistakes).filter(([, value]) => {
                    const changed = structuredClone(declaration) as Tree;
                    const target = place.slice(0, -1).reduce<Tree>((at, key) => at[key] as Tree, changed);
                    Object.assign(target, { [place.at(-1) ?? ""]: value });
                    return validate(changed).length === 0;
                });
                const words = taken.map(([what]) => what);
                assert.deepEqual(words, fine[place.join(".")] ?? [], place.join("."));
            }
        });
    }
});
