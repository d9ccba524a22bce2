import assert from "node:assert/strict";
import { schema } from "../../offline/docker/containerSchema";
import { changes, check, completed } from "../../offline/provider/schema";
import { type Properties, unknown } from "../../offline/provider/values";

const base: Properties = { name: "a", image: "redis:8" };

function checked(properties: Properties): Properties {
    return check(schema, { ...base, ...properties }).inputs;
}

/** What a change of these inputs does to a container. */
function effect(before: Properties, after: Properties): string {
    const changed = changes(schema, completed(schema, checked(before)), checked(after));
    const replaces = changed.filter((name) => schema[name]?.change !== "update");
    return replaces.length > 0 ? `replaces: ${replaces}` : changed.length > 0 ? `updates: ${changed}` : "nothing";
}

describe("the inputs of a container", () => {
    it("are completed by the official provider's defaults, without those that are empty", () => {
        assert.deepEqual(
            checked({
                ports: [{ internal: 6379 }],
                uploads: [{ file: "/a", content: "a" }],
                healthcheck: { tests: ["CMD", "true"], interval: "10s" },
            }),
            {
                ...base,
                containerReadRefreshTimeoutMilliseconds: 15000,
                healthcheck: {
                    tests: ["CMD", "true"],
                    interval: "10s",
                    startInterval: "0s",
                    startPeriod: "0s",
                    timeout: "0s",
                    __defaults: ["startInterval", "startPeriod", "timeout"],
                },
                mustRun: true,
                networkMode: "bridge",
                ports: [{ internal: 6379, ip: "0.0.0.0", protocol: "tcp", __defaults: ["ip", "protocol"] }],
                removeVolumes: true,
                restart: "no",
                start: true,
                uploads: [{ file: "/a", content: "a", __defaults: [] }],
                waitTimeout: 60,
                __defaults: [
                    "containerReadRefreshTimeoutMilliseconds",
                    "mustRun",
                    "networkMode",
                    "removeVolumes",
                    "restart",
                    "start",
                    "waitTimeout",
                ],
            },
        );
    });

    it("are the same where the engine hands those of before over again, since their changes are ignored", () => {
        const first = checked({ healthcheck: { tests: ["CMD", "true"], interval: "10s" } });
        assert.deepEqual(checked({ healthcheck: first.healthcheck as Properties }), first);
    });

    it("have every default in the outputs", () => {
        const uploads = [{ file: "/a", content: "a" }];
        assert.deepEqual(completed(schema, checked({ uploads, healthcheck: { tests: ["CMD", "true"] } })), {
            ...base,
            attach: false,
            containerReadRefreshTimeoutMilliseconds: 15000,
            healthcheck: {
                tests: ["CMD", "true"],
                interval: "0s",
                retries: 0,
                startInterval: "0s",
                startPeriod: "0s",
                timeout: "0s",
            },
            logs: false,
            memoryReservation: 0,
            mustRun: true,
            networkMode: "bridge",
            readOnly: false,
            removeVolumes: true,
            restart: "no",
            rm: false,
            start: true,
            stdinOpen: false,
            tty: false,
            uploads: [{ file: "/a", content: "a", executable: false, group: "", owner: "" }],
            wait: false,
            waitTimeout: 60,
        });
    });

    const refused: [string, Properties, string][] = [
        ["a property that is not served", { deviceRequests: [] }, '"deviceRequests" is not served by this provider'],
        [
            "a nested one",
            { mounts: [{ target: "/a", type: "bind", volumeOptions: { subpath: "b" } }] },
            '"mounts[0].volumeOptions.subpath" is not served by this provider',
        ],
        ["attach", { attach: true }, '"attach" is not served by this provider'],
        ["a value of another type", { memory: "64m" }, '"memory" must be a number'],
        ["an unknown restart policy", { restart: "sometimes" }, '"restart" must match'],
        ["a duration without a unit", { healthcheck: { tests: ["CMD", "true"], interval: "5" } }, "must be a duration"],
        [
            "an owner by name",
            { uploads: [{ file: "/a", content: "b", owner: "redis" }] },
            '"uploads[0].owner" must match',
        ],
        ["an empty argument", { command: ["--save", ""] }, '"command" must not hold an empty string'],
        [
            "an interval at the start",
            { healthcheck: { tests: ["CMD", "true"], startInterval: "1s" } },
            '"healthcheck.startInterval" is not served by this provider',
        ],
        ["a mount without target", { mounts: [{ type: "tmpfs" }] }, '"mounts[0].target" is required'],
    ];
    for (const [what, properties, reason] of refused) {
        it(`refuse ${what}`, () => {
            const reasons = check(schema, { ...base, ...properties }).failures.map((failure) => failure.reason);
            assert.equal(reasons.length, 1);
            assert.ok(reasons[0]?.includes(reason), reasons[0]);
        });
    }

    it("may be unknown anywhere", () => {
        const properties = {
            ...base,
            image: unknown,
            memory: unknown,
            ports: unknown,
            mounts: [{ target: unknown, type: unknown }],
        };
        assert.deepEqual(check(schema, properties).failures, []);
    });
});

describe("a change of a container", () => {
    const cases: [string, Properties, Properties, string][] = [
        ["of nothing", {}, {}, "nothing"],
        ["of the image", {}, { image: "redis:9" }, "replaces: image"],
        ["of something not known yet", {}, { image: unknown }, "replaces: image"],
        ["of the command", { command: ["a"] }, { command: ["b"] }, "replaces: command"],
        ["that leaves the command to the image", { command: ["a"] }, {}, "nothing"],
        ["of the order of sets", { envs: ["A=1", "B=2"] }, { envs: ["B=2", "A=1"] }, "nothing"],
        [
            "of the order of nested sets",
            { networksAdvanced: [{ name: "n", aliases: ["a", "b"] }, { name: "m" }] },
            { networksAdvanced: [{ name: "m" }, { name: "n", aliases: ["b", "a"] }] },
            "nothing",
        ],
        ["of the order of a command", { command: ["a", "b"] }, { command: ["b", "a"] }, "replaces: command"],
        [
            "of a file",
            { uploads: [{ file: "/a", content: "1" }] },
            { uploads: [{ file: "/a", content: "2" }] },
            "replaces: uploads",
        ],
        [
            "of the health check",
            { healthcheck: { tests: ["CMD", "a"] } },
            { healthcheck: { tests: ["CMD", "b"] } },
            "replaces: healthcheck",
        ],
        ["of init", {}, { init: true }, "replaces: init"],
        ["of tmpfs", {}, { tmpfs: { "/tmp": "size=1m" } }, "replaces: tmpfs"],
        ["of the restart policy", {}, { restart: "always" }, "updates: restart"],
        [
            "of limits",
            { memory: 64, memorySwap: 64 },
            { memory: 128, memorySwap: 128, cpuShares: 512 },
            "updates: memory,memorySwap,cpuShares",
        ],
        ["of how it is removed", {}, { destroyGraceSeconds: 60 }, "updates: destroyGraceSeconds"],
        ["of waiting", {}, { wait: true, waitTimeout: 5 }, "updates: wait,waitTimeout"],
        ["that needs it to run again", { mustRun: false }, { mustRun: true }, "updates: mustRun"],
        ["from unset to empty", {}, { user: "", labels: [], sysctls: {}, memory: 0 }, "nothing"],
        [
            "of a label",
            { labels: [{ label: "a", value: "1" }] },
            { labels: [{ label: "a", value: "2" }] },
            "replaces: labels",
        ],
        [
            "of the order of ports",
            {
                ports: [
                    { internal: 1, external: 10 },
                    { internal: 2, external: 20 },
                ],
            },
            {
                ports: [
                    { internal: 2, external: 20 },
                    { internal: 1, external: 10 },
                ],
            },
            "nothing",
        ],
        ["to any external port", { ports: [{ internal: 1, external: 10 }] }, { ports: [{ internal: 1 }] }, "nothing"],
        [
            "of an external port",
            { ports: [{ internal: 1, external: 10 }] },
            { ports: [{ internal: 1, external: 11 }] },
            "replaces: ports",
        ],
        ["that publishes no port", { ports: [{ internal: 1 }] }, {}, "replaces: ports"],
    ];
    for (const [what, before, after, expected] of cases) {
        it(`${what}: ${expected}`, () => assert.equal(effect(before, after), expected));
    }
});
