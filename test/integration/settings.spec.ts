import assert from "node:assert/strict";
import { renderRedisConf } from "../../redis/model/files/redisConf";
import { otherSpellings } from "../../redis/settings/directives";
import type { SettingValue } from "../../redis/settings/settings";
import {
    needsRestart,
    ownedDirectives,
    sameValue,
    settingProblem,
    settings,
    toArguments,
    toConfigSet,
} from "../../redis/settings/settings";
import { onEveryVersion, type Server } from "./servers";

/** Values that differ from Redis's defaults, where a kind alone does not give one. */
const samples: Record<string, SettingValue[]> = {
    "active-defrag-cycle-max": [30],
    activedefrag: [false],
    "client-output-buffer-limit": ["replica 512mb 128mb 120", ["normal 1gb 0 0", "pubsub 64m 16kb 90"]],
    "latency-tracking-info-percentiles": ["50 99.9 99.99", "100.0 0.5", ""],
    "list-max-listpack-size": [-3, 128],
    "locale-collate": ["C"],
    "maxmemory-clients": ["5%", "0%", "100mb"],
    "notify-keyspace-events": ["KEA", "gKx$", "AKE", "g$lshzxetdK", "Elg", "KEmn", ""],
    "oom-score-adj-values": ["0 300 900", "  1   2 3"],
    "proc-title-template": ["{title} {port}"],
    save: ["", [], "900 1", "3600 1  300 100 60 10000", ["3600 1", "300 100"]],
    "shutdown-on-sigint": ["nosave now", "NOW nosave", "default"],
    "shutdown-on-sigterm": ["save force"],
    "slowlog-log-slower-than": [-1, "20000"],
    appendfilename: ["other name.aof"],
    appenddirname: ["folder"],
    dbfilename: ['dump "6380" é.rdb'],
    databases: [7],
    "io-threads": [2],
    "bind-source-addr": ["127.0.0.1"],
    "ignore-warnings": ["ARM64-COW-BUG"],
    aof_rewrite_cpulist: ["0"],
    bgsave_cpulist: ["0"],
    bio_cpulist: ["0"],
    server_cpulist: ["0-1"],
    "socket-mark-id": [1],
    maxclients: [500],
    hz: [20],
};

const byKind: Record<string, (name: string) => SettingValue[]> = {
    boolean: () => [true, "No"],
    enum: (name) => (settings.get(name)?.values ?? []).filter((value) => !settings.get(name)?.valuesSince?.[value]),
    memory: () => ["32mb", "40M", 50_000_000],
    integer: (name) => [(settings.get(name)?.min ?? 0) + 2],
    string: () => ["some text"],
};

function samplesOf(name: string): SettingValue[] {
    return samples[name] ?? byKind[settings.get(name)?.kind ?? ""]?.(name) ?? assert.fail(`no sample for ${name}`);
}

/** Not set by the rendering test: containers have no syslog, and not every machine has a second locale. */
const notStarted = ["syslog-enabled", "locale-collate"];

const served = [...settings.keys()].filter((name) => !ownedDirectives.has(name));

async function live(server: Server): Promise<Map<string, string>> {
    const reply = (await server.connect().config("GET", "*")) as string[];
    return new Map(reply.flatMap((name, index) => (index % 2 === 0 ? [[name, reply[index + 1] ?? ""] as const] : [])));
}

onEveryVersion("settings", (box) => {
    it("knows every directive that the server knows", async () => {
        const server = await box().start();
        const accounted = [settings, otherSpellings, ownedDirectives];
        const unknown = [...(await live(server)).keys()].filter((name) => !accounted.some((names) => names.has(name)));
        assert.deepEqual(unknown, []);
    });

    it("agrees with the server on what is live and what needs a restart", async () => {
        const server = await box().start();
        const client = server.connect();
        const wrong: string[] = [];
        for (const [name, value] of await live(server)) {
            if (!settings.has(name)) continue;
            const answer = await client.config("SET", name, value).catch((error: Error) => error.message);
            const fixed = /immutable|protected config/.test(String(answer));
            if (fixed !== needsRestart(name)) wrong.push(`${name}: ${answer}`);
        }
        assert.deepEqual(wrong, []);
    });

    it("sees its samples as the declared values once they are set, and as others before", async () => {
        const server = await box().start();
        const client = server.connect();
        const before = await live(server);
        for (const name of served.filter((candidate) => before.has(candidate) && !needsRestart(candidate))) {
            const values = samplesOf(name);
            for (const value of values) {
                assert.equal(settingProblem(name, value), undefined);
                await client.config("SET", name, toConfigSet(name, value)).catch((error: Error) => {
                    assert.fail(`${name} ${JSON.stringify(value)}: ${error.message}`);
                });
                const answer = ((await client.config("GET", name)) as string[])[1] ?? "";
                assert.ok(sameValue(name, value, answer), `${name}: ${JSON.stringify(value)} is ${answer}`);
            }
            // Else `sameValue` could always be true.
            const different = values.some((value) => !sameValue(name, value, before.get(name) ?? ""));
            assert.ok(different || name === "activedefrag", `every sample of ${name} is the default`);
        }
    });

    it("starts with every setting that it renders", async () => {
        const known = await live(await box().start());
        for (const round of [0, 1, 2, 3, 4, 5]) {
            const chosen = served
                .filter((name) => known.has(name) && !notStarted.includes(name))
                .map((name) => ({ name, value: samplesOf(name)[round % samplesOf(name).length] ?? "" }));
            const conf = renderRedisConf(chosen.flatMap(({ name, value }) => toArguments(name, value)));
            const server = await box().start({ "redis.conf": conf });
            const got = await live(server);
            for (const { name, value } of chosen) {
                assert.ok(
                    sameValue(name, value, got.get(name) ?? ""),
                    `${name}: ${JSON.stringify(value)} is ${got.get(name)}`,
                );
            }
        }
    });

    it("has the server's own bounds", async () => {
        const server = await box().start();
        const client = server.connect();
        const known = await live(server);
        for (const name of served.filter((candidate) => known.has(candidate) && !needsRestart(candidate))) {
            const { kind, min = 0, max } = settings.get(name) ?? {};
            if (kind !== "integer" && kind !== "memory") continue;
            const outside = [min - 1, ...(max === undefined || max >= Number.MAX_SAFE_INTEGER ? [] : [max + 1])];
            for (const value of outside) {
                assert.ok(settingProblem(name, value), `${name} takes ${value}`);
                const refused = await client.config("SET", name, String(value)).catch(() => "refused");
                const [, seen] = (await client.config("GET", name)) as string[];
                assert.ok(refused === "refused" || seen !== String(value), `the server takes ${name} ${value}`);
            }
        }
    });
});
