import { hostOf, inNetwork, type Model, type NodeModel, nodeOf } from "../redis/model";
import { labels } from "../redis/names";
import type { Observation, ServerObservation } from "../redis/observation";
import { liveOwnDirectives } from "../redis/ownDirectives";
import { liveSettings, needsRestart } from "../redis/settings";
import type { ContainerListing, Survey } from "../redis/survey";
import { tryPorts } from "./cluster/ports";
import { connectEngine } from "./docker/engine";
import { factsOf } from "./image/ask";
import type { Connections } from "./redis/connection";
import { readRedis } from "./redis/read";
import { readSentinel } from "./sentinel/read";

/** Looks at every server of a deployment at once: the declared ones and those of ours that are about to leave. */
export async function observe(model: Model, surveys: Survey[], connections: Connections): Promise<Observation> {
    const containers = surveys.flatMap((survey) =>
        survey.reachable ? survey.containers.map((container) => ({ container, host: survey.host })) : [],
    );
    const unread = new Set(surveys.filter(({ reachable }) => !reachable).map(({ host }) => host));
    const nodes = [...model.nodes, ...(model.sentinels ?? [])];
    const declared = nodes.map((node): ServerObservation => {
        const found = containers.find(
            ({ container, host }) => host === node.host && container.name === node.names.container,
        );
        return {
            node: node.name,
            ...(node.kind ? { kind: node.kind } : {}),
            host: node.host,
            declared: true,
            announce: node.announce,
            reach: node.reach,
            ...(hostOf(model, node.host).down ? { gone: `its host ${node.host} is declared down` } : {}),
            ...(unread.has(node.host) ? { problem: `no answer of the Docker Engine of ${node.host}` } : {}),
            ...seen(found?.container),
        };
    });
    const leaving = containers.flatMap(({ container, host }): ServerObservation[] => {
        const { [labels.node]: node, [labels.reach]: reach } = container.labels;
        const role = container.labels[labels.role];
        const ours = container.labels[labels.deployment] === model.id && (role === "server" || role === "sentinel");
        if (!ours || !node || !reach) return [];
        if (nodes.some(({ names }) => names.container === container.name)) return [];
        const [address = "", port = ""] = reach.split(" ");
        const endpoint = { host: address, port: Number(port) };
        const announce = model.network.mode === "bridge" ? inNetwork(model, node, endpoint.port) : endpoint;
        const gone =
            container.state === "running" ? {} : { gone: `its container is not running (${container.status})` };
        const kind = role === "sentinel" ? { kind: "sentinel" as const } : {};
        return [{ node, ...kind, host, declared: false, announce, reach: endpoint, ...gone, ...seen(container) }];
    });
    const asked = [...declared, ...leaving].map(async (server) =>
        withDefaults(await ask(server, model, connections), model, surveys),
    );
    const answers = await Promise.all(asked);
    // Across hosts a firewall may stand between, and that is to be known before nodes wait for each other.
    const across = model.topology === "cluster" && model.network.mode === "host";
    return across ? tryPorts(model, answers) : answers;
}

/** Adds what the image of a server sets when nothing is declared, as long as that image can be asked. */
async function withDefaults(
    server: ServerObservation,
    { hosts }: Model,
    surveys: Survey[],
): Promise<ServerObservation> {
    const survey = surveys.find(({ host }) => host === server.host);
    const imageId = server.container?.imageId;
    if (!server.redis || !server.declared || !imageId || !survey?.reachable) return server;
    const engine = connectEngine(hosts.find(({ name }) => name === server.host)?.docker);
    const facts = factsOf({ engine, engineId: survey.engine.id, id: imageId });
    const defaults = await facts.then(({ settings }) => settings).catch(() => undefined);
    return { ...server, redis: { ...server.redis, defaults } };
}

function seen(container: ContainerListing | undefined): Pick<ServerObservation, "aliases" | "container"> {
    if (!container) return { aliases: [] };
    const { id, name, state, status, addresses, imageId } = container;
    const specification = container.labels[labels.specification];
    const putBack = container.labels[labels.putBack] ? { putBack: true as const } : {};
    return { aliases: addresses, container: { id, name, state, status, imageId, specification, ...putBack } };
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
            ? observedSettings(model, nodeOf(model, server.node))
            : ["maxmemory", "appendonly"];
        const read = (inCluster: boolean) => readRedis(client, settings, inCluster);
        if (model.topology !== "cluster") return { ...server, redis: await read(false) };
        const redis = await read(true).catch((error: Error) => {
            // One that leaves may be of another topology.
            if (server.declared || !/cluster support disabled/.test(error.message)) throw error;
            return read(false);
        });
        return { ...server, redis };
    } catch (error) {
        return { ...server, problem: (error as Error).message };
    }
}

/** Names of the settings that a running server can be told, ours and all that may be the user's. */
function observedSettings(model: Model, node: NodeModel): string[] {
    return [
        ...new Set([...liveSettings, ...Object.keys(node.settings).filter((name) => !needsRestart(name))]),
        ...Object.keys(liveOwnDirectives(model, node)),
        "masterauth",
    ];
}
