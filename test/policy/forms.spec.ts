import { deepStrictEqual } from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { acl, carrier, edit, named, server, watched } from "./support/baseline";
import { type Declared, judge, summary } from "./support/judge";

/** A sound server's settings, line by line. */
const sound = [
    "port 6379",
    "protected-mode yes",
    "aclfile /etc/redis/users.acl",
    "maxmemory 256mb",
    "maxmemory-policy noeviction",
    "appendonly yes",
];

const file = "/etc/redis/redis.conf";
const text = (lines: readonly string[]) => lines.map((line) => `${line}\n`).join("");
const flags = (lines: readonly string[]) => lines.map((line) => `--${line}`).join(" ");

/** A server that brings its files itself. */
function withFiles(files: Record<string, string>, props: Record<string, unknown>): Declared[] {
    const declared = server("cache", 6379);
    const uploads = Object.entries({ "/etc/redis/users.acl": acl, ...files });
    Object.assign(declared.props, {
        volumes: [{ volumeName: "cache-data", containerPath: "/data" }],
        uploads: uploads.map(([path, content]) => ({ file: path, content })),
        ...props,
    });
    return [declared];
}

/** The ways in which a server is given its settings. */
const forms: Record<string, (lines: readonly string[], folder: string) => Declared[]> = {
    "in a file": (lines) => withFiles({ [file]: text(lines) }, {}),
    "in a file that another container brings": (lines) => [
        carrier("cache", { "redis.conf": text(lines), "users.acl": acl }),
        server("cache", 6379),
    ],
    "in a file of this host": (lines, folder) => {
        writeFileSync(join(folder, "redis.conf"), text(lines));
        const data = { volumeName: "cache-data", containerPath: "/data" };
        const mount = { hostPath: join(folder, "redis.conf"), containerPath: file, readOnly: true };
        return withFiles({}, { volumes: [data, mount] });
    },
    "in an included file": (lines) =>
        withFiles({ [file]: "include /etc/redis/more.conf\n", "/etc/redis/more.conf": text(lines) }, {}),
    "as arguments": (lines) => withFiles({}, { command: ["redis-server", ...flags(lines).split(" ")] }),
    "as arguments of the image's own server": (lines) => withFiles({}, { command: flags(lines).split(" ") }),
    "in a file, by sh -c": (lines) =>
        withFiles({ [file]: text(lines) }, { command: ["sh", "-c", `sleep 1; exec redis-server ${file}`] }),
    "as arguments, by sh -c": (lines) =>
        withFiles({}, { entrypoints: ["sh", "-c"], command: [`exec redis-server ${flags(lines)}`] }),
    "in a file, by a start script": (lines) =>
        withFiles(
            { [file]: text(lines), "/etc/redis/start.sh": `#!/bin/sh\nexec redis-server ${file}\n` },
            { command: ["/etc/redis/start.sh"] },
        ),
    "in a file, with Valkey": (lines) =>
        withFiles({ [file]: text(lines) }, { image: "valkey/valkey:8.1", command: ["valkey-server", file] }),
    "in Valkey's variable": (lines) =>
        withFiles({}, { image: "valkey/valkey:8.1", command: [], envs: [`VALKEY_EXTRA_FLAGS=${flags(lines)}`] }),
    "in Redis Stack's variable": (lines) =>
        withFiles(
            {},
            { image: "redis/redis-stack-server:7.4.0-v3", command: [], envs: [`REDIS_ARGS=${flags(lines)}`] },
        ),
    "in a file, with an image of one's own": (lines) =>
        withFiles({ [file]: text(lines) }, { image: "registry.example.com/team/redis:8.2.1" }),
    "in a file, with an image that another resource builds": (lines) => {
        const [declared] = withFiles({ [file]: text(lines) }, { image: `sha256:${"a".repeat(64)}` });
        const image = { type: "docker:index/image:Image", name: "image", props: { imageName: "team/redis:8.2.1" } };
        return [image, { ...(declared as Declared), sources: { image: ["image"] } }];
    },
};

const without = (word: string) => sound.filter((line) => !line.startsWith(`${word} `));
const open = ["redis-administrative-commands", "redis-dangerous-commands", "redis-password-required"];

/** What can be wrong with settings, and what is then said. */
const flaws: Record<string, { lines: string[]; expect: string[] }> = {
    nothing: { lines: sound, expect: [] },
    "no ACL and no password": { lines: without("aclfile"), expect: open },
    "no protection without a password": {
        lines: [...without("aclfile"), "protected-mode no"],
        expect: [...open, "redis-protected-mode"],
    },
    "no maxmemory": { lines: without("maxmemory"), expect: ["redis-maxmemory"] },
    "too much maxmemory": { lines: [...sound, "maxmemory 500mb"], expect: ["redis-maxmemory"] },
    "no eviction policy": { lines: without("maxmemory-policy"), expect: ["redis-eviction-policy"] },
    "no word of persistence": { lines: without("appendonly"), expect: ["redis-persistence-stated"] },
    "DEBUG unlocked": { lines: [...sound, "enable-debug-command yes"], expect: ["redis-runtime-protection"] },
    "data in a folder on no volume": { lines: [...sound, "dir /srv"], expect: ["redis-data-volume"] },
    "a master looked for in its own container": {
        lines: [...sound, "replicaof 127.0.0.1 6380"],
        expect: ["redis-loopback-announced", "redis-replica-authentication"],
    },
    "an old name": {
        lines: [...sound, "slaveof 127.0.0.1 6380"],
        expect: ["redis-loopback-announced", "redis-replica-authentication"],
    },
};

describe("a server's settings", () => {
    let folder: string;
    before(() => {
        folder = mkdtempSync(join(tmpdir(), "redis-policy-forms-"));
    });
    after(() => rmSync(folder, { recursive: true, force: true }));

    for (const [form, declare] of Object.entries(forms)) {
        it(`are judged ${form}`, () => {
            const said = Object.entries(flaws).map(([flaw, { lines }]) => {
                // A file of this host is read once for a run.
                const own = mkdtempSync(join(folder, "flaw-"));
                return [flaw, summary(judge(declare(lines, own)))];
            });
            const expected = Object.entries(flaws).map(([flaw, { expect }]) => [
                flaw,
                expect.map((policy) => `${policy} cache`),
            ]);
            deepStrictEqual(Object.fromEntries(said), Object.fromEntries(expected));
        });
    }
});

/** What Bitnami's images are told by their variables. */
const bitnami = [
    "REDIS_PASSWORD_FILE=/run/secrets/redis",
    "REDIS_EXTRA_FLAGS=--maxmemory 256mb --maxmemory-policy noeviction",
    "REDIS_DISABLE_COMMANDS=KEYS,FLUSHALL,FLUSHDB,ACL,CONFIG,DEBUG,FAILOVER,MODULE,MONITOR,REPLICAOF,SCRIPT,SHUTDOWN,SYNC",
];

describe("a server of Bitnami's image", () => {
    const replaced = (before: string, after: string) => bitnami.map((one) => (one.startsWith(before) ? after : one));
    const cases: Record<string, { envs: string[]; expect: string[] }> = {
        nothing: { envs: bitnami, expect: [] },
        "no password": {
            envs: replaced("REDIS_PASSWORD_FILE", "ALLOW_EMPTY_PASSWORD=yes"),
            expect: ["redis-password-required"],
        },
        "a password in a variable": {
            envs: replaced("REDIS_PASSWORD_FILE", "REDIS_PASSWORD=dJ4kq0ZtPpW8vG2xRn6Yb1Lc"),
            expect: ["redis-secret-in-environment"],
        },
        "a short password in a variable": {
            envs: replaced("REDIS_PASSWORD_FILE", "REDIS_PASSWORD=redis"),
            expect: ["redis-password-strength", "redis-secret-in-environment"],
        },
        "commands open": {
            envs: replaced("REDIS_DISABLE_COMMANDS", "TZ=UTC"),
            expect: ["redis-administrative-commands", "redis-dangerous-commands"],
        },
        "no limit": {
            envs: replaced("REDIS_EXTRA_FLAGS", "REDIS_EXTRA_FLAGS=--maxmemory-policy noeviction"),
            expect: ["redis-maxmemory"],
        },
        "a replica without its master's password": {
            envs: [...bitnami, "REDIS_REPLICATION_MODE=replica", "REDIS_MASTER_HOST=elsewhere"],
            expect: ["redis-replica-authentication"],
        },
        "a replica with it": {
            envs: [
                ...bitnami,
                "REDIS_REPLICATION_MODE=replica",
                "REDIS_MASTER_HOST=elsewhere",
                "REDIS_MASTER_PASSWORD_FILE=/run/secrets/redis",
            ],
            expect: [],
        },
    };
    for (const [flaw, { envs, expect }] of Object.entries(cases)) {
        it(`is judged by its variables: ${flaw}`, () => {
            const data = { volumeName: "cache-data", containerPath: "/bitnami/redis/data" };
            const all = withFiles({}, { image: "bitnami/redis:7.2", command: [], envs, volumes: [data], uploads: [] });
            deepStrictEqual(
                summary(judge(all)),
                expect.map((policy) => `${policy} cache`),
            );
        });
    }
});

describe("a Sentinel's settings", () => {
    const sentinelNames = ["sentinel1", "sentinel2", "sentinel3"];
    const path = "/sentinel/sentinel.conf";
    const started = (props: Record<string, unknown>) => (quorum: number, password: boolean) => {
        const all = watched();
        for (const name of sentinelNames) {
            Object.assign(named(all, name).props, props);
            edit(all, name, "sentinel.conf", (lines) =>
                lines.replace(/6379 2/, `6379 ${quorum}`).replace(/requirepass.*/, password ? "$&" : ""),
            );
        }
        return all;
    };
    const starts: Record<string, (quorum: number, password: boolean) => Declared[]> = {
        "with redis-sentinel": started({ command: ["redis-sentinel", path] }),
        "with redis-server --sentinel": started({ command: ["redis-server", path, "--sentinel"] }),
        "with Valkey": started({ image: "valkey/valkey:8.1", command: ["valkey-sentinel", path] }),
        "by sh -c": started({ command: ["sh", "-c", `exec redis-server ${path} --sentinel`] }),
        "by the image's name alone, with Bitnami's variables": (quorum, password) => {
            const all = watched().filter(({ name }) => !name.endsWith("-files") || !name.startsWith("sentinel"));
            for (const name of sentinelNames) {
                Object.assign(named(all, name).props, {
                    image: "bitnami/redis-sentinel:7.2",
                    command: [],
                    volumes: [],
                    envs: [
                        "REDIS_MASTER_HOST=master",
                        "REDIS_MASTER_SET=main",
                        `REDIS_SENTINEL_QUORUM=${quorum}`,
                        ...(password ? ["REDIS_SENTINEL_PASSWORD_FILE=/run/secrets/sentinel"] : []),
                    ],
                });
            }
            return all;
        },
    };
    const all = (policy: string) => sentinelNames.map((name) => `${policy} ${name}`);
    for (const [how, declare] of Object.entries(starts)) {
        it(`are judged when it is started ${how}`, () => {
            deepStrictEqual(summary(judge(declare(2, true))), []);
            deepStrictEqual(summary(judge(declare(1, true))), all("redis-sentinel-quorum"));
            deepStrictEqual(summary(judge(declare(2, false))), all("redis-sentinel-password"));
            const two = declare(2, true).filter(({ name }) => !name.startsWith("sentinel3"));
            deepStrictEqual(summary(judge(two)), ["redis-sentinel-count sentinel1"]);
        });
    }
});
