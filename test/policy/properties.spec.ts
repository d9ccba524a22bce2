import { deepStrictEqual, ok } from "node:assert/strict";
import { UnknownValueError } from "@pulumi/policy";
import fc from "fast-check";
import { policies } from "../../policies/index";
import { parseAclFile } from "../../policies/redis/acl";
import { readCommand, readScript } from "../../policies/redis/commandLine";
import { parseConfig, splitLine } from "../../policies/redis/config";
import { parseImage } from "../../policies/redis/image";
import { UNKNOWN, unknownSentinels } from "../../policies/redis/plain";
import { cluster, replication, watched } from "./support/baseline";
import { container, type Declared, judge, remoteImage, summary, unknown, volume } from "./support/judge";
import { own, ownWatched } from "./support/own";

/** Properties that policies read, each with values of the right shape among the wrong ones. */
const names = [
    "name",
    "image",
    "command",
    "entrypoints",
    "envs",
    "labels",
    "uploads",
    "mounts",
    "volumes",
    "ports",
    "networkMode",
    "networksAdvanced",
    "healthcheck",
    "memory",
    "memorySwap",
    "restart",
    "user",
    "privileged",
    "readOnly",
    "capabilities",
    "securityOpts",
    "logDriver",
    "logOpts",
    "sysctls",
    "stopTimeout",
    "destroyGraceSeconds",
    "start",
    "hostname",
    "publishAllPorts",
    "create",
];

const word = fc.oneof(
    fc.constantFrom(
        "redis:7",
        "redis",
        "valkey/valkey:8",
        "bitnami/redis",
        "sha256:abc",
        "redis-server",
        "redis-sentinel",
        "sh",
        "-c",
        "/etc/redis/redis.conf",
        "--requirepass",
        "--port",
        "--sentinel",
        'exec redis-server $X --save ""',
        '"',
        "'",
        "",
        "user default on nopass ~* +@all",
        "sentinel monitor m 127.0.0.1 6379 2",
        "include /etc/redis/redis.conf",
        "cluster-enabled yes\nport 7000",
        "replicaof redis 6379",
        "aclfile /etc/redis/users.acl",
        "host",
        "bridge",
        "/etc/redis",
        "/data",
        "volume",
        "bind",
        "tmpfs",
        "REDIS_PASSWORD=x",
        "ALLOW_EMPTY_PASSWORD=yes",
        "CMD",
        "NONE",
        "0.0.0.0",
        "../..",
        "__proto__",
        unknown,
    ),
    fc.string(),
    fc.constantFrom(...unknownSentinels),
);
const fields = fc.constantFrom(
    "file",
    "content",
    "contentBase64",
    "source",
    "target",
    "type",
    "readOnly",
    "volumeName",
    "hostPath",
    "containerPath",
    "internal",
    "external",
    "ip",
    "label",
    "value",
    "tests",
    "drops",
    "adds",
    "name",
    "aliases",
    "ipv4Address",
    "max-size",
);
const leaf = fc.oneof(word, fc.integer(), fc.double(), fc.boolean(), fc.constant(null), fc.constant(undefined));
const value = fc.letrec((tie) => ({
    any: fc.oneof(
        { maxDepth: 4 },
        leaf,
        fc.array(tie("any"), { maxLength: 4 }),
        fc.dictionary(fc.oneof(fields, fc.string()), tie("any"), { maxKeys: 5 }),
    ),
})).any;
const resource: fc.Arbitrary<Declared> = fc.record({
    type: fc.constantFrom(container, container, container, volume, remoteImage, "command:local:Command", "a:b:C"),
    name: fc.string(),
    props: fc.dictionary(fc.oneof(fc.constantFrom(...names), fc.string()), value, { maxKeys: 14 }) as fc.Arbitrary<
        Record<string, unknown>
    >,
    protect: fc.boolean(),
    provider: fc.option(
        fc.record({
            name: fc.string(),
            props: fc.dictionary(fc.constantFrom("host", "context"), value) as fc.Arbitrary<Record<string, unknown>>,
        }),
        { nil: undefined },
    ),
    sources: fc.constant({ image: [] as string[] }),
});

const ownSentinels = () => own(ownWatched("a", "b", "c"));

describe("an unknown part of a sound stack raises no alarm", function () {
    this.timeout(120_000);
    const replicated = () =>
        own({
            image: "redis:8.2.1",
            nodes: [
                { name: "master", port: 6379 },
                { name: "replica", port: 6380, replicaOf: "master" },
            ],
            settings: { maxmemory: "256mb" },
        });
    const baselines = { replication, watched, cluster, "this project's servers": replicated };
    for (const [title, baseline] of Object.entries({ ...baselines, "this project's Sentinels": ownSentinels })) {
        it(title, () => {
            // Across hosts TLS is asked for.
            const before = summary(judge(baseline()));
            for (const { index, path } of places(baseline())) {
                const resources = baseline();
                const last = path.at(-1) as string;
                inside(resources[index]?.props, path.slice(0, -1))[last] = unknown;
                // What is hidden is said to be hidden.
                const alarms = summary(judge(resources)).filter(
                    (one) => !one.startsWith("redis-configuration-visible") && !before.includes(one),
                );
                deepStrictEqual(alarms, [], `${resources[index]?.name}: ${path.join(".")}`);
            }
        });
    }
});

/** Every place in the properties of the resources; of those that differ by a number only, of the first. */
function places(resources: readonly Declared[]): { index: number; path: string[] }[] {
    const kinds = resources.map(({ name }) => name.replace(/\d+/, ""));
    return resources.flatMap(({ props }, index) =>
        kinds.indexOf(kinds[index] ?? "") < index ? [] : below(props).map((path) => ({ index, path })),
    );
}

function below(value: unknown): string[][] {
    return typeof value !== "object" || value === null
        ? []
        : Object.entries(value).flatMap(([key, inner]) => [[key], ...below(inner).map((path) => [key, ...path])]);
}

function inside(value: unknown, path: readonly string[]): Record<string, unknown> {
    return path.reduce((place, key) => place[key] as Record<string, unknown>, value as Record<string, unknown>);
}

describe("no policy ever throws", function () {
    this.timeout(60_000);

    it("whatever the resources are", () => {
        fc.assert(
            fc.property(fc.array(resource, { maxLength: 5 }), (resources) => {
                ok(judge(resources, {}, policies).every(({ message }) => message.length > 0));
            }),
            { numRuns: 100 },
        );
    });

    it("whatever is put in the place of any part of a sound stack", () => {
        fc.assert(
            fc.property(
                fc.constantFrom(replication, watched),
                fc.nat(),
                fc.nat(),
                fc.nat(),
                value,
                (baseline, which, property, part, replacement) => {
                    const resources = baseline();
                    const { props } = resources[which % resources.length] as Declared;
                    const keys = Object.keys(props);
                    const key = keys[property % keys.length] as string;
                    const inner = props[key];
                    if (typeof inner === "object" && inner !== null && part % 3 > 0) {
                        const places = Object.keys(inner);
                        (inner as Record<string, unknown>)[places[part % places.length] ?? "0"] = replacement;
                    } else {
                        props[key] = replacement;
                    }
                    judge(resources, {}, policies);
                },
            ),
            { numRuns: 100 },
        );
    });

    it("whatever texts are read", () => {
        fc.assert(
            fc.property(
                fc.oneof(
                    fc.string(),
                    fc.array(word, { maxLength: 8 }).map((words) => words.join(" ")),
                ),
                (text) => {
                    ok(parseConfig(text, "file").every(({ values }) => Array.isArray(values)));
                    parseAclFile(text, "file");
                    splitLine(text);
                    readScript(text);
                    parseImage(text);
                    readCommand(UNKNOWN, [text]);
                    readCommand([], [text, UNKNOWN, text]);
                },
            ),
            { numRuns: 500 },
        );
    });

    it("not even the error for unknown values", () => {
        const seen: unknown[] = [];
        try {
            judge([{ type: container, name: "redis", props: { image: unknown, command: unknown } }], {}, policies);
        } catch (error) {
            seen.push(error);
        }
        ok(!seen.some((error) => error instanceof UnknownValueError));
    });
});
