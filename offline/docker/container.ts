import type Docker from "dockerode";
import { untilRemoved } from "../../reconcile/docker/removed";
import { type Call, InitializationError, type ResourceType } from "../provider/resource";
import { changes, check, completed, computedNames, computedPart, type Failure } from "../provider/schema";
import { containsUnknown, type Json, type Properties, unknown } from "../provider/values";
import { schema } from "./containerSchema";
import { type ContainerInputs, containerInputs, containerSpec, resources } from "./containerSpec";
import { computed, drifted } from "./containerState";
import { attempt, hasStatus, reason, unlessMissing } from "./engineError";
import { imageOrPull } from "./image";
import { named } from "./names";
import { archive, type Upload, uploadProblem } from "./uploads";

const computedOutputs = ["bridge", "exitCode", "networkDatas", "platform", "runtime"];

/** `docker:index/container:Container`. */
export function container(client: () => Docker): ResourceType {
    async function inspected(id: string): Promise<Docker.ContainerInspectInfo> {
        return attempt("unable to inspect the container", client().getContainer(id).inspect());
    }

    return {
        check(news, olds, call) {
            const checked = named(check(schema, news), olds, call);
            return { ...checked, failures: [...checked.failures, ...uploadFailures(checked.inputs.uploads)] };
        },

        diff({ state, inputs }, news, ignoreChanges) {
            const ignored = (name: string) => ignoreChanges.includes(name) || ignoreChanges.includes("*");
            const changed = changes(schema, state, news).filter((name) => !ignored(name));
            const replaces = changed.filter((name) => schema[name]?.change !== "update");
            const declared = changes(schema, inputs, news);
            const drifted = changed.some((name) => !declared.includes(name));
            return { changes: changed, replaces, deleteBeforeReplace: true, drifted };
        },

        preview: (inputs, state) => ({
            ...Object.fromEntries(
                [...computedOutputs, ...computedNames(schema, inputs)].map((name) => [name, state?.[name] ?? unknown]),
            ),
            ...completed(schema, inputs),
        }),

        async create(properties, call) {
            const inputs = containerInputs(properties);
            await imageOrPull(client(), inputs.image);
            const created = await attempt(
                `unable to create container "${inputs.name}"`,
                client().createContainer(containerSpec(inputs)),
            );
            try {
                await prepare(client(), created, inputs);
                if (inputs.start) {
                    await attempt(`unable to start container "${inputs.name}"`, created.start());
                }
            } catch (error) {
                // Nothing half made is left behind that would be in the way of the next try.
                await created.remove({ force: true, v: true });
                throw error;
            }
            const problem = inputs.start && inputs.wait ? await unhealthy(created, inputs, call) : undefined;
            const found = await inspected(created.id);
            const declared = completed(schema, properties);
            const outputs = { ...computed(found), ...declared, ...drifted(found, declared) };
            if (problem !== undefined) {
                throw new InitializationError(created.id, outputs, `container "${inputs.name}" ${problem}`);
            }
            return { id: created.id, outputs };
        },

        async read(id, state) {
            const found = await unlessMissing(client().getContainer(id).inspect());
            return found && { ...state, ...computed(found), ...unchanged(state), ...drifted(found, state) };
        },

        async update(id, state, properties) {
            const inputs = containerInputs(properties);
            const existing = client().getContainer(id);
            if (changes(schema, state, properties).some((name) => changeable.has(name))) {
                await attempt(`unable to update container "${inputs.name}"`, existing.update(resources(inputs)));
            }
            const declared = completed(schema, properties);
            if (!inputs.mustRun || state.mustRun !== false) {
                return { ...computedPart(schema, state), ...declared };
            }
            await attempt(`unable to start container "${inputs.name}"`, unlessRunning(existing.start()));
            const found = await inspected(id);
            return { ...computed(found), ...declared, ...drifted(found, declared) };
        },

        async delete(id, state) {
            const { name, destroyGraceSeconds = 0, removeVolumes } = containerInputs(state);
            const existing = client().getContainer(id);
            if (destroyGraceSeconds > 0) {
                await attempt(
                    `unable to stop container "${name}"`,
                    unlessMissing(unlessRunning(existing.stop({ t: destroyGraceSeconds }))),
                );
            }
            try {
                await existing.remove({ force: true, v: removeVolumes });
            } catch (error) {
                if (hasStatus(error, 409) && reason(error).includes("already in progress")) {
                    await untilRemoved(existing);
                } else if (!hasStatus(error, 404)) {
                    throw new Error(`unable to remove container "${name}": ${reason(error)}`);
                }
            }
        },
    };
}

/** What the Engine can change in a container that exists. */
const changeable = new Set([
    "restart",
    "maxRetryCount",
    "memory",
    "memorySwap",
    "memoryReservation",
    "cpuShares",
    "cpuSet",
]);

/**
 * What was declared stays as it was declared, also where the Engine writes it in another way. Defaults that an earlier
 * version has not written are added.
 */
function unchanged(state: Properties): Properties {
    return completed(schema, Object.fromEntries(Object.entries(state).filter(([name]) => name in schema)));
}

function uploadFailures(uploads: Json | undefined): Failure[] {
    if (uploads === undefined || containsUnknown(uploads) || !Array.isArray(uploads)) {
        return [];
    }
    return (uploads as unknown as Upload[])
        .flatMap((upload) => uploadProblem(upload) ?? [])
        .map((reason) => ({
            property: "uploads",
            reason,
        }));
}

/** Connects the networks and brings in the files, before the container starts. */
async function prepare(client: Docker, created: Docker.Container, inputs: ContainerInputs): Promise<void> {
    const networks = inputs.networksAdvanced ?? [];
    if (networks.length > 0 && inputs.networkMode === "bridge") {
        await attempt(
            "unable to disconnect the default network",
            client.getNetwork("bridge").disconnect({ Container: created.id }),
        );
    }
    for (const { name, aliases, ipv4Address, ipv6Address } of networks) {
        await attempt(
            `unable to connect container "${inputs.name}" to network "${name}"`,
            client.getNetwork(name).connect({
                Container: created.id,
                EndpointConfig: {
                    Aliases: aliases,
                    IPAMConfig: {
                        ...(ipv4Address && { IPv4Address: ipv4Address }),
                        ...(ipv6Address && { IPv6Address: ipv6Address }),
                    },
                },
            }),
        );
    }
    if (inputs.uploads?.length) {
        const what = `unable to upload files into container "${inputs.name}"`;
        await attempt(what, created.putArchive(archive(inputs.uploads), { path: "/" }));
    }
}

/** Waits until the container is healthy; says what is wrong if it does not become so in time. */
async function unhealthy(created: Docker.Container, inputs: ContainerInputs, call: Call): Promise<string | undefined> {
    const deadline = Date.now() + inputs.waitTimeout * 1000;
    for (;;) {
        const { State } = await created.inspect();
        const status = State.Health?.Status;
        if (status === "healthy") {
            return undefined;
        }
        if (status === undefined || status === "none") {
            return "has no health check to wait for";
        }
        if (Date.now() > deadline || call.signal.aborted) {
            return `failed to be in healthy state within ${inputs.waitTimeout} s: it is ${State.Status} and ${status}`;
        }
        await new Promise((resolve) => setTimeout(resolve, 100));
    }
}

/** Starting what runs and stopping what does not is no error. */
async function unlessRunning<T>(work: Promise<T>): Promise<T | undefined> {
    try {
        return await work;
    } catch (error) {
        if (hasStatus(error, 304)) {
            return undefined;
        }
        throw error;
    }
}
