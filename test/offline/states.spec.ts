import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { container } from "../../offline/docker/container";
import { schema } from "../../offline/docker/containerSchema";
import { network } from "../../offline/docker/network";
import { remoteImage } from "../../offline/docker/remoteImage";
import { volume } from "../../offline/docker/volume";
import type { ResourceType } from "../../offline/provider/resource";
import { changes } from "../../offline/provider/schema";
import type { Json, Properties } from "../../offline/provider/values";
import { docker, prefix } from "./stack";

interface State {
    type: string;
    id: string;
    inputs: Properties;
    outputs: Properties;
}

/** What the program gives, of inputs that were checked. */
function given(inputs: Json): Json {
    if (Array.isArray(inputs)) return inputs.map(given);
    if (typeof inputs !== "object" || inputs === null) return inputs;
    const { __defaults: defaults, ...properties } = inputs;
    const written = Object.entries(properties).filter(([name]) => !(defaults as string[]).includes(name));
    return Object.fromEntries(
        written.map(([name, value]) => [name, name === "sysctls" || name === "logOpts" ? value : given(value)]),
    );
}

const types: Record<string, ResourceType> = {
    "docker:index/container:Container": container(() => docker),
    "docker:index/network:Network": network(() => docker),
    "docker:index/remoteImage:RemoteImage": remoteImage(() => docker),
    "docker:index/volume:Volume": volume(() => docker),
};

function check({ type, inputs }: State): { resource: ResourceType; news: Properties } {
    const resource = types[type] as ResourceType;
    const checked = resource.check(given(inputs) as Properties, inputs, { name: "test", seed: "test" });
    assert.deepEqual(checked.failures, []);
    return { resource, news: checked.inputs };
}

describe("the state of a deployment", () => {
    // As they stand in exported states: of the official plugin, and of this one before it wrote what the official one does.
    const { official, previous } = JSON.parse(readFileSync(join(__dirname, "states.json"), "utf8")) as {
        official: Record<"server" | "files" | "network" | "volume" | "image", State>;
        previous: Record<string, State>;
    };

    for (const [name, state] of Object.entries(official)) {
        it(`of the official plugin has the same inputs (${name})`, () =>
            assert.deepEqual(check(state).news, state.inputs));
    }

    for (const [who, all] of Object.entries({ official, previous })) {
        for (const [name, state] of Object.entries(all)) {
            it(`of the ${who} plugin is as declared (${name})`, () => {
                const { resource, news } = check(state);
                const { changes, replaces } = resource.diff({ state: state.outputs, inputs: state.inputs }, news, []);
                assert.deepEqual({ changes, replaces }, { changes: [], replaces: [] });
            });
        }
    }

    it("of the official plugin is changed by a change of what it has", () => {
        const { resource, news } = check(official.server);
        const state = { state: official.server.outputs, inputs: official.server.inputs };
        const replaced = (more: Properties) => resource.diff(state, { ...news, ...more }, []).replaces;
        assert.deepEqual(replaced({ user: "0:0" }), ["user"]);
        assert.deepEqual(replaced({ workingDir: "/" }), ["workingDir"]);
        assert.deepEqual(replaced({ healthcheck: { ...(news.healthcheck as Properties), interval: "11s" } }), [
            "healthcheck",
        ]);
    });

    for (const name of ["files", "server"] as const) {
        it(`has all that the official plugin looks for (${name})`, async () => {
            const state = official[name];
            const { resource, news } = check(state);
            // It is not started: what is meant is what the Engine says of its declaration.
            const inputs: Properties = { ...news, name: `${prefix}-${name}`, start: false, mustRun: false };
            for (const other of ["networksAdvanced", "volumes"]) delete inputs[other];
            const signal = new AbortController().signal;
            const call = { urn: "", name, signal, log: async () => undefined };
            const { id, outputs } = await resource.create(inputs, call);
            try {
                const elsewhere = ["name", "hostname", "start", "mustRun", "networksAdvanced", "volumes"];
                const differs = changes(schema, state.outputs, outputs).filter((one) => !elsewhere.includes(one));
                assert.deepEqual(differs, []);
                // What is missing is not known to the official plugin, and what is not known may have changed.
                const looked = Object.keys(schema).filter(
                    (one) => schema[one]?.computed || schema[one]?.default !== undefined,
                );
                const there = [...looked, "platform", "runtime"].filter(
                    (one) => state.outputs[one] !== null && one in state.outputs,
                );
                assert.deepEqual(
                    there.filter((one) => !(one in outputs)),
                    [],
                );
                for (const one of ["user", "workingDir", "stopSignal", "platform", "envs"]) {
                    assert.deepEqual(outputs[one], state.outputs[one], one);
                }
                const read = await resource.read(id, { ...state.outputs, ...outputs });
                assert.deepEqual(changes(schema, { ...state.outputs, ...outputs }, read ?? {}), []);
                // A refresh adds what the version before has not written.
                const mended = (await resource.read(id, previous[name]?.outputs ?? {})) ?? {};
                assert.deepEqual(
                    there.filter((one) => !(one in mended)),
                    [],
                );
                const fields = (of: Properties) => Object.keys((of.healthcheck ?? {}) as Properties).sort();
                assert.deepEqual(fields(mended), fields(outputs));
            } finally {
                await resource.delete(id, outputs, call);
            }
        });
    }
});
