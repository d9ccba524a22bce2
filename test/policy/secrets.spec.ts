import { goodPassword, named, replication } from "./support/baseline";
import { breaks } from "./support/breaks";
import type { Declared } from "./support/judge";
import { unknown } from "./support/judge";

const set =
    (props: Record<string, unknown>) =>
    (all: Declared[]): unknown =>
        Object.assign(named(all, "master").props, props);

/** A command that changes nothing else. */
const command = (...words: string[]) => set({ command: ["redis-server", "/etc/redis/redis.conf", ...words] });

breaks("redis-secret-in-command", [
    ...[
        ["--requirepass as a word of its own", ["--requirepass", goodPassword]],
        ["--masterauth", ["--masterauth", goodPassword]],
        ["--requirepass in one word", [`--requirepass ${goodPassword}`]],
        ["a password that is not known yet", ["--requirepass", unknown]],
    ].map(([what, words]) => ({
        it: `refuses ${what}`,
        baseline: replication,
        change: command(...(words as string[])),
        expect: ["redis-secret-in-command master"],
        says: /command: a password stands behind --/,
    })),
    {
        it: "refuses it inside `sh -c`",
        baseline: replication,
        change: set({
            command: ["sh", "-c", `sleep 1 && exec redis-server /etc/redis/redis.conf --requirepass '${goodPassword}'`],
        }),
        expect: ["redis-secret-in-command master"],
    },
    {
        it: "refuses it in the entrypoint",
        baseline: replication,
        change: set({
            entrypoints: ["sh", "-c", `redis-server /etc/redis/redis.conf --masterauth ${goodPassword}`],
            command: [],
        }),
        expect: ["redis-secret-in-command master"],
        says: /entrypoints/,
    },
    {
        it: "refuses it in a command that calls redis-cli",
        baseline: replication,
        change: (all) =>
            all.push({
                type: "command:local:Command",
                name: "check",
                props: { create: `docker exec master redis-cli -a ${goodPassword} ping` },
            }),
        expect: ["redis-secret-in-command check"],
    },
    {
        it: "accepts what a shell reads from a file",
        baseline: replication,
        change: set({
            command: ["sh", "-c", 'exec redis-server /etc/redis/redis.conf --masterauth "$(cat /run/secrets/redis)"'],
        }),
        expect: [],
    },
]);

breaks("redis-secret-in-environment", [
    ...["REDIS_PASSWORD", "REDISCLI_AUTH", "VALKEY_PASSWORD", "REDIS_REPLICATION_PASSWORD"].map((name) => ({
        it: `refuses ${name}`,
        baseline: replication,
        change: set({ envs: ["TZ=Asia/Shanghai", `${name}=${goodPassword}`] }),
        expect: ["redis-secret-in-environment master"],
        says: new RegExp(`envs: ${name}`),
    })),
    {
        it: "refuses flags with a password",
        baseline: replication,
        change: set({ envs: [`VALKEY_EXTRA_FLAGS=--requirepass ${goodPassword}`] }),
        expect: ["redis-secret-in-environment master"],
    },
    {
        it: "accepts files, empty values and values that are not known yet",
        baseline: replication,
        change: set({ envs: ["REDIS_PASSWORD_FILE=/run/secrets/redis", "REDIS_PASSWORD=", unknown, "TZ=UTC"] }),
        expect: [],
    },
]);

breaks("redis-secret-in-labels", [
    {
        it: "refuses a label that is a password by its name",
        baseline: replication,
        change: set({ labels: [{ label: "com.example.redis.password", value: goodPassword }] }),
        expect: ["redis-secret-in-labels master"],
    },
    {
        it: "refuses a URL with a password",
        baseline: replication,
        change: set({ labels: [{ label: "connect", value: `redis://:${goodPassword}@master:6379` }] }),
        expect: ["redis-secret-in-labels master"],
    },
    {
        it: "accepts other labels",
        baseline: replication,
        change: set({
            labels: [
                { label: "connect", value: "redis://master:6379" },
                { label: "authority", value: "x" },
            ],
        }),
        expect: [],
    },
]);

breaks("redis-secret-in-health-check", [
    ...[
        ["CMD", "redis-cli", "-e", "-a", goodPassword, "ping"],
        ["CMD-SHELL", `redis-cli --pass ${goodPassword} -e ping`],
        ["CMD-SHELL", `REDISCLI_AUTH=${goodPassword} redis-cli -e ping`],
    ].map((tests) => ({
        it: `refuses ${tests.join(" ").replace(goodPassword, "...")}`,
        baseline: replication,
        change: set({ healthcheck: { tests } }),
        expect: ["redis-secret-in-health-check master"],
    })),
    {
        it: "accepts a variable of the shell",
        baseline: replication,
        change: set({ healthcheck: { tests: ["CMD-SHELL", 'redis-cli -a "$REDIS_PASSWORD" ping | grep PONG'] } }),
        expect: [],
    },
]);
