import { liveDirectiveNames } from "../redis/model/files/ownDirectives";
import { allNodes, type Model, nodeOf } from "../redis/model/model";
import type { EngineInventory } from "../redis/state/engineInventory";
import { locate } from "../redis/state/located";
import type { Observation, ServerObservation } from "../redis/state/observation";
import { asAnnounced, isCurrent } from "../redis/state/whereabouts";
import { tryPorts } from "./cluster/ports";
import { connectEngine } from "./docker/engine";
import { factsOf } from "./image/ask";
import type { Connections } from "./redis/connections";
import { readRedis } from "./redis/read";
import { readSentinel } from "./sentinel/read";

/** Looks at every server of a deployment at once: the declared ones and those of ours that are about to leave. */
export async function observe(
    model: Model,
    inventories: EngineInventory[],
    connections: Connections,
): Promise<Observation> {
    const nodes = allNodes(model);
    const asked = locate(model, inventories).map(async (server) => {
        const answer = await withDefaults(await ask(server, model, connections), model, inventories);
        const node = nodes.find(({ name }) => name === server.node);
        return node && server.declared && isCurrent(model, node, server) ? answer : asAnnounced(answer);
    });
    const answers = await Promise.all(asked);
    // Across hosts a firewall may stand between, and that is to be known before nodes wait for each other.
    const across = model.topology === "cluster" && model.network.mode === "host";
    return across ? tryPorts(model, answers) : answers;
}

/** Adds what the image of a server sets when nothing is declared, as long as that image can be asked. */
async function withDefaults(
    server: ServerObservation,
    { hosts }: Model,
    inventories: EngineInventory[],
): Promise<ServerObservation> {
    const inventory = inventories.find(({ host }) => host === server.host);
    const imageId = server.container?.imageId;
    if (!server.redis || !server.declared || !imageId || !inventory?.reachable) return server;
    const engine = connectEngine(hosts.find(({ name }) => name === server.host)?.docker);
    const facts = factsOf({ engine, engineId: inventory.engine.id, id: imageId });
    const defaults = await facts.then(({ settings }) => settings).catch(() => undefined);
    return { ...server, redis: { ...server.redis, defaults } };
}

/** Asks one server everything that convergence compares. */
export async function ask(
    server: ServerObservation,
    model: Model,
    connections: Connections,
): Promise<ServerObservation> {
    if (server.container?.state !== "running") return server;
    try {
        const client = await connections.to(server.reach);
        if (server.kind === "sentinel") return { ...server, sentinel: await readSentinel(client) };
        const settings = server.declared
            ? liveDirectiveNames(model, nodeOf(model, server.node))
            : ["maxmemory", "appendonly", "replica-announce-ip"];
        const read = (inCluster: boolean) => readRedis(client, settings, inCluster);
        if (model.topology !== "cluster") return { ...server, redis: await read(false) };
        const redis = await read(true).catch((error: Error) => {
            // It may be of the topology that was declared before.
            if (!/cluster support disabled/.test(error.message)) throw error;
            return read(false);
        });
        return { ...server, redis };
    } catch (error) {
        return { ...server, problem: (error as Error).message };
    }
}
