import { deepStrictEqual, ok, throws } from "node:assert/strict";
import {
    type ResourceValidationArgs,
    type ResourceValidationPolicy,
    Secret,
    unknownCheckingProxy,
} from "@pulumi/policy";
import { policies } from "../../policies/index";
import { plain } from "../../policies/redis/plain";
import { carrier, server, serverConfig } from "./support/baseline";
import { container, type Declared, judge, policyNamed, unknown } from "./support/judge";

/** What a policy makes of a container's properties; undefined when it leaves them alone. */
function remediated(
    name: string,
    props: Record<string, unknown>,
    config: object = {},
): Record<string, unknown> | undefined {
    const { remediateResource } = policyNamed(name) as ResourceValidationPolicy;
    const args = {
        type: container,
        name: "master",
        urn: `urn:pulumi:remediation::test::${container}::master`,
        props: unknownCheckingProxy(structuredClone(props)),
        getConfig: () => config,
        notApplicable: (reason: string): never => {
            throw new Error(reason);
        },
    } as unknown as ResourceValidationArgs;
    return remediateResource?.(args) as Record<string, unknown> | undefined;
}

/** Unsafe values, with what a policy puts in their place. */
const cases: Record<string, [Record<string, unknown>, Record<string, unknown>]> = {
    "redis-published-everywhere": [
        {
            ports: [
                { internal: 6379, external: 6379 },
                { internal: 1, external: 2, ip: "10.0.0.1" },
            ],
        },
        {
            ports: [
                { internal: 6379, external: 6379, ip: "127.0.0.1" },
                { internal: 1, external: 2, ip: "10.0.0.1" },
            ],
        },
    ],
    "redis-privileged": [{ privileged: true }, { privileged: false }],
    "redis-capabilities": [{ capabilities: undefined }, { capabilities: { drops: ["ALL"] } }],
    "redis-new-privileges": [{ securityOpts: ["label=x"] }, { securityOpts: ["label=x", "no-new-privileges"] }],
    "redis-memory-limit": [
        { memory: 100, memorySwap: undefined },
        { memory: 100, memorySwap: 100 },
    ],
    "redis-graceful-stop": [
        { stopTimeout: 5, destroyGraceSeconds: undefined },
        { stopTimeout: 60, destroyGraceSeconds: 60 },
    ],
    "redis-log-rotation": [
        { logOpts: { compress: "true" } },
        { logOpts: { compress: "true", "max-size": "10m", "max-file": "3" } },
    ],
    "redis-host-sysctl": [
        { networkMode: "host", sysctls: { "net.core.somaxconn": "511", "kernel.shmmax": "1" } },
        { networkMode: "host", sysctls: { "kernel.shmmax": "1" } },
    ],
};

describe("remediations", () => {
    it("exist for these policies", () => {
        const names = policies.filter(({ remediates }) => remediates).map(({ name }) => name);
        deepStrictEqual(names.sort(), [...Object.keys(cases), "redis-secret-unmarked"].sort());
    });

    for (const [name, [unsafe, expected]] of Object.entries(cases)) {
        it(`${name} puts it right and leaves the rest`, () => {
            const props = { ...server("master", 6379).props, ...unsafe };
            const result = remediated(name, props);
            deepStrictEqual(structuredClone(toPlain(result)), toPlain({ ...props, ...expected }));
            const resource: Declared = { type: container, name: "master", props: toPlain(result) };
            deepStrictEqual(
                judge([resource]).filter(({ policy }) => policy === name),
                [],
            );
        });
        it(`${name} leaves sound and unknown values alone`, () => {
            deepStrictEqual(remediated(name, server("master", 6379).props), undefined);
            const hidden = Object.fromEntries(Object.keys(unsafe).map((key) => [key, unknown]));
            deepStrictEqual(remediated(name, { ...server("master", 6379).props, ...hidden }), undefined);
        });
    }

    it("redis-published-everywhere publishes where it is told to", () => {
        const result = remediated(
            "redis-published-everywhere",
            { ...server("master", 6379).props, ports: [{ internal: 6379, external: 6379 }] },
            { address: "10.1.2.3" },
        );
        deepStrictEqual(toPlain(result).ports, [{ internal: 6379, external: 6379, ip: "10.1.2.3" }]);
    });

    it("redis-capabilities leaves a container alone that starts as root", () => {
        deepStrictEqual(
            remediated("redis-capabilities", {
                ...server("master", 6379).props,
                user: undefined,
                capabilities: undefined,
            }),
            undefined,
        );
    });

    it("redis-secret-unmarked makes files with passwords a secret", () => {
        const props = { ...server("master", 6379).props, uploads: [{ file: "/r.conf", content: serverConfig(6379) }] };
        const result = remediated("redis-secret-unmarked", props);
        const uploads = Object.getOwnPropertyDescriptor(result ?? {}, "uploads")?.value as unknown;
        ok(uploads instanceof Secret);
        deepStrictEqual(
            remediated("redis-secret-unmarked", { ...props, uploads: [{ file: "/r.conf", content: "port 1\n" }] }),
            undefined,
        );
    });

    it("redis-secret-unmarked knows containers that only carry files", () => {
        ok(remediated("redis-secret-unmarked", carrier("x", { "redis.conf": serverConfig(6379) }).props) !== undefined);
    });

    it("leave containers alone that are no Redis", () => {
        const props = { ...server("master", 6379).props, image: "nginx:1", command: ["nginx"], privileged: true };
        const reason = /the container runs no Redis and no Valkey\.$/;
        throws(() => remediated("redis-privileged", props), reason);
        throws(() => remediated("redis-privileged", { ...carrier("x", {}).props, privileged: true }), reason);
    });
});

function toPlain(value: unknown): Record<string, unknown> {
    return JSON.parse(JSON.stringify(plain(value))) as Record<string, unknown>;
}
