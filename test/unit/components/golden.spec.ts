import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { Deployment } from "../../../components";
import { kept } from "./deployed";
import { type Registered, registered } from "./registered";

const root = join(__dirname, "..", "..", "..");
const folder = join(__dirname, "golden");

/** What a program says to Pulumi about a stack: `GOLDEN=write npm test -- test/unit/components/golden.spec.ts` takes it down anew. */
const write = process.env.GOLDEN === "write";

const keyOf = (key: string): string => (key.includes(":") ? key : `redis:${key}`);
const textOf = (value: unknown): string => (typeof value === "string" ? value : JSON.stringify(value));

/** The configuration of a stack file as Pulumi hands it over, without a look at the hosts. */
function configurationOf(file: string): Record<string, string> {
    const defaults = Object.entries(parse(readFileSync(join(root, "Pulumi.yaml"), "utf8")).config).map(
        ([key, value]) => [keyOf(key), textOf((value as { default: unknown }).default)] as const,
    );
    const given = Object.entries(parse(readFileSync(join(root, file), "utf8")).config ?? {}).map(
        ([key, value]) => [keyOf(key), textOf(value)] as const,
    );
    return Object.fromEntries([...defaults, ...given, ["redis:preflight", "false"]]);
}

/** Texts in lines, so that a difference is one line of it; the same text of several servers once. */
function readable(resources: Registered[]): string {
    const texts = new Map<string, string>();
    const inLines = (_: string, value: unknown) => {
        if (typeof value !== "string" || !value.includes("\n")) return value;
        const name = texts.get(value) ?? `text ${texts.size + 1}`;
        texts.set(value, name);
        return name;
    };
    const declared = resources.map(({ outputs, parent, ...resource }) => resource);
    const shown = JSON.parse(JSON.stringify(declared, inLines));
    const lines = [...texts].map(([text, name]) => [name, text.replace(/\n$/, "").split("\n")]);
    return `${JSON.stringify({ resources: shown, texts: Object.fromEntries(lines) }, undefined, 2)}\n`;
}

function compare(name: string, resources: Registered[]): void {
    const path = join(folder, `${name}.json`);
    const now = readable(resources);
    if (write) writeFileSync(path, now);
    assert.ok(existsSync(path), `${path} is missing`);
    // A name that is not the same is a container, a volume or a server that is replaced.
    assert.deepEqual(JSON.parse(now), JSON.parse(readFileSync(path, "utf8")));
}

describe("What is declared to Pulumi, and every file that a server gets", () => {
    const stacks = readdirSync(root).flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []);

    for (const stack of stacks) {
        it(`is as it was: ${stack}`, async () => {
            const program = () => (require("../../../index") as () => Promise<object>)();
            compare(stack, await registered(stack, configurationOf(`Pulumi.${stack}.yaml`), program, kept));
        });
    }

    it("is as it was: two deployments of one program, with everything that can be said", async () => {
        const program = async () => {
            const cache = new Deployment("cache", {
                image: "redis:8.0.2",
                preflight: false,
                hosts: [
                    { name: "a", docker: "ssh://ops@192.0.2.10", address: "192.0.2.10" },
                    { name: "b", docker: "tcp://192.0.2.11:2376", address: "192.0.2.11", state: "down" },
                    { name: "c", docker: "ssh://ops@192.0.2.12", address: "192.0.2.12", state: "draining" },
                ],
                nodes: [
                    { name: "first", host: "a", port: 6379, persistence: "aof+rdb", formerly: ["zero", "master"] },
                    { name: "second", host: "b", port: 6379, replicaOf: "first", settings: { maxmemory: "300mb" } },
                    { name: "third", host: "c", port: 6379, replicaOf: "second", persistence: "none" },
                ],
                settings: { "io-threads": 2, save: "900 1" },
                users: [{ name: "default" }, { name: "reader", commands: "+get +mget", keys: ["app:*"] }],
                passwords: { default: "given-password-of-default" },
                previous: { default: "earlier-password-of-default" },
                memory: "512mb",
                timezone: "Asia/Shanghai",
                data: "delete",
                synchronisations: 2,
            });
            const session = new Deployment("session", {
                topology: "cluster",
                image: "redis:8.0.2",
                prefix: "other",
                preflight: false,
                cluster: { shards: 2, replicasPerShard: 2, firstPort: 7000, restoreMasters: true },
                subnet: "172.30.16.0/20",
            });
            return [cache.connect, session.slots];
        };
        compare("two-deployments", await registered("two", {}, program, kept));
    });
});
