import assert from "node:assert/strict";
import { aclUsers } from "../../../redis/acl/users";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { settingProblems, trialProblems } from "../../../redis/image/problems";
import { parseTrial, trialFiles } from "../../../redis/image/trial";
import { nodesToTry } from "../../../redis/image/trials";
import { specification } from "../../../redis/model/containerSpecification";
import { nodeFiles } from "../../../redis/model/files/nodeFiles";
import { buildModel } from "../../../redis/model/model";
import { observed, replicationPassword } from "./observed";

const passwords = {
    default: "default-password",
    app: "app-password",
    administrator: "administrator-password",
    health: "health-password",
    replication: replicationPassword,
};

function declare(changes: Partial<DeploymentArguments> = {}) {
    const args: DeploymentArguments = {
        image: "valkey/valkey:8.1",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
            { name: "c", port: 6381, replicaOf: "a", persistence: "none" },
        ],
        ...changes,
    };
    const model = buildModel(args, { id: "id", prefix: "redis-test" });
    return { args, model, desired: { model, users: aclUsers(model, passwords), replicationPassword, passwords } };
}

const names = (nodes: { name: string }[]) => nodes.map(({ name }) => name);

describe("what is tried out on an image", () => {
    const { args, model, desired } = declare();

    /** Servers of an image with everything that is declared. */
    const running = (imageId: string) =>
        observed(model).map((server) => {
            const node = model.nodes.find(({ name }) => name === server.node);
            if (!node || !server.container || !server.redis) return server;
            const settings = Object.fromEntries(
                Object.entries(node.settings).map(([name, value]) => [name, text(value)]),
            );
            return {
                ...server,
                container: { ...server.container, imageId, specification: specification(model, node) },
                redis: { ...server.redis, users: desired.users, settings: { ...server.redis.settings, ...settings } },
            };
        });
    const text = (value: unknown) => (typeof value === "boolean" ? (value ? "yes" : "no") : String(value));

    it("is one of each distinct configuration when there is no server", () => {
        assert.deepEqual(names(nodesToTry(desired, [], "local", "sha256:1")), ["b", "c"]);
        assert.deepEqual(nodesToTry(desired, [], "elsewhere", "sha256:1"), []);
    });

    it("is nothing that running servers of that image have already", () => {
        assert.deepEqual(nodesToTry(desired, running("sha256:1"), "local", "sha256:1"), []);
    });

    it("is everything on another image, and what changes on the same", () => {
        assert.deepEqual(names(nodesToTry(desired, running("sha256:1"), "local", "sha256:2")), ["b", "c"]);
        const other = declare({
            nodes: args.nodes?.map((node, at) => (at === 2 ? { ...node, settings: { timeout: 9 } } : node)),
        });
        const live = running("sha256:1").map((server) => ({
            ...server,
            redis: server.redis && { ...server.redis, settings: { timeout: "0", ...server.redis.settings } },
        }));
        assert.deepEqual(names(nodesToTry(other.desired, live, "local", "sha256:1")), ["c"]);
    });

    it("holds no password", () => {
        for (const topology of ["replication", "cluster"] as const) {
            const { model: tree } = declare({ topology });
            for (const node of tree.nodes) {
                const tried = JSON.stringify(trialFiles(tree, node));
                for (const password of Object.values(passwords)) assert.ok(!tried.includes(password));
                for (const { hash } of hashes(nodeFiles(tree, node, passwords))) assert.ok(!tried.includes(hash));
            }
        }
    });
    const hashes = (files: { content: string }[]) =>
        files.flatMap(({ content }) => [...content.matchAll(/#([0-9a-f]{64})/g)].map(([, hash = ""]) => ({ hash })));
});

describe("what an image says", () => {
    const { args, model } = declare({
        settings: { hz: 100, maxclients: 5000 },
        users: [{ name: "default" }, { name: "app", commands: "+@all -hexpire" }],
    });
    const node = model.nodes[0] ?? assert.fail();

    it("is what its server is, and every directive with its value, empty ones too", () => {
        const answer = parseTrial(
            "noise\n\u0001version\nValkey server v=8.1.1 sha=0\n\u0001files\n4096\n\u0001settings\nhz\n10\nsave\n\nbind\n* -::*\n\u0001end\n",
        );
        assert.deepEqual(answer, {
            product: { name: "Valkey", version: "8.1.1" },
            files: 4096,
            settings: { hz: "10", save: "", bind: "* -::*" },
            words: [],
        });
    });

    it("is no acceptance when it was cut short, and no limit where there is none", () => {
        const answer = parseTrial(
            "\u0001version\nRedis server v=8.0.2 sha=0\n\u0001files\nunlimited\n\u0001settings\nhz\n10\n",
        );
        assert.deepEqual(answer, { product: { name: "Redis", version: "8.0.2" }, words: [] });
    });

    it("is what Valkey does not know, and clients that have no files", () => {
        const product = { name: "Valkey", version: "8.1.1" };
        const known = Object.fromEntries(Object.keys(node.settings).map((name) => [name, ""]));
        const { hz, ...others } = known;
        assert.equal(hz, "");
        assert.deepEqual(
            settingProblems({ args, model }, node, { product, settings: others, files: 4096, words: [] }),
            [
                { path: "settings.hz", message: "Valkey 8.1.1, the image's server, knows no directive hz" },
                {
                    path: "settings.maxclients",
                    message:
                        "5000 clients need 5032 open files, and Docker on local gives a container 4096: say 4064 at most, or raise nofile in default-ulimits of that Engine",
                },
            ],
        );
    });

    const complaints: [what: string, words: string[], path: string, says: RegExp][] = [
        [
            "a line of the file",
            [
                "*** FATAL CONFIG FILE ERROR (Redis 7.0.15) ***",
                "Reading the configuration file, at line 12",
                ">>> 'hz \"100\"'",
                "Bad directive or wrong number of arguments",
            ],
            "settings.hz",
            /Redis 7.0.15 .* does not start with what is declared for a: .*'hz "100"' Bad directive/,
        ],
        [
            "a user's rule",
            ["7:M 26 Nov 2026 19:05:28.932 # Aborting: /etc/redis/users.acl:2: Error in applying operation '-hexpire'"],
            "users[1]",
            /Error in applying operation '-hexpire'$/,
        ],
        ["anything else", ["7:M 26 Nov 2026 19:05:28.932 # No space"], "image", /declared for a: No space$/],
        ["nothing", [], "image", /ended without a word$/],
    ];
    for (const [what, words, path, says] of complaints) {
        it(`points to where its complaint was written: ${what}`, () => {
            const product = { name: "Redis", version: "7.0.15" };
            const [problem, ...more] = trialProblems({ args, model }, node, { product, words });
            assert.deepEqual(more, []);
            assert.equal(problem?.path, path);
            assert.match(problem?.message ?? "", says);
        });
    }

    it("names both values where it makes another one of what is declared", () => {
        const [problem] = trialProblems({ args, model }, node, {
            settings: { hz: "50", maxclients: "5000" },
            words: [],
        });
        assert.equal(problem?.path, "settings.hz");
        assert.match(problem?.message ?? "", /^100 is read back as 50/);
    });
});
