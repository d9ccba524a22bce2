import { busOffset } from "../../redis/model/cluster/addresses";
import { type Endpoint, hostOf, type Model } from "../../redis/model/model";
import { isFresh } from "../../redis/state/cluster/formation";
import type { ClosedPort } from "../../redis/state/cluster/view";
import type { Observation, ServerObservation } from "../../redis/state/observation";
import { connectEngine, execute } from "../docker/engine";
import { accepts } from "../listening";

/**
 * Prints each of the endpoints in its arguments that accepts no connection, all tried at once. What answers, and how,
 * does not matter: a server wants a password, and the cluster bus ends the connection.
 */
const tryAll = `
try() {
    said=$(timeout 2 redis-cli -h "$1" -p "$2" ping 2>&1)
    case "$? $said" in 124*|*"Could not connect"*) echo "$1 $2" ;; esac
}
while [ $# -gt 0 ]; do try "$1" "$2" & shift 2; done
wait`;

/**
 * Tries every port on which nodes that know nobody yet will talk: their bus ports from this machine, and both ports from
 * each other host, in a server that runs there. Notes those that are closed.
 */
export async function tryPorts(model: Model, observation: Observation): Promise<Observation> {
    const answering = observation.filter(({ redis }) => redis?.cluster);
    if (!answering.some(isFresh)) return observation;
    const closed = new Map<ServerObservation, ClosedPort[]>(answering.map((server) => [server, []]));
    const fromHere = answering.filter(isFresh).map(async (server) => {
        const port = server.reach.port + busOffset;
        if (!(await accepts(server.reach.host, port))) closed.get(server)?.push({ port });
    });
    const fromHosts = model.hosts.map(async ({ name }) => {
        const here = answering.filter(({ host }) => host === name);
        const there = answering.filter((server) => server.host !== name && (isFresh(server) || here.some(isFresh)));
        const endpoints = there.flatMap(({ announce: { host, port } }) => [
            { host, port },
            { host, port: port + busOffset },
        ]);
        for (const { host, port } of await closedFrom(model, here[0], endpoints)) {
            const server = there.find(
                ({ announce }) => announce.host === host && [0, busOffset].includes(port - announce.port),
            );
            if (server) closed.get(server)?.push({ port, from: name });
        }
    });
    await Promise.all([...fromHere, ...fromHosts]);
    return observation.map((server) => {
        const ports = closed.get(server) ?? [];
        const { redis } = server;
        if (!redis?.cluster || ports.length === 0) return server;
        return { ...server, redis: { ...redis, cluster: { ...redis.cluster, closed: ports } } };
    });
}

/** Those of some endpoints that a server's container cannot connect to. */
async function closedFrom(
    model: Model,
    server: ServerObservation | undefined,
    endpoints: Endpoint[],
): Promise<Endpoint[]> {
    if (!server?.container || endpoints.length === 0) return [];
    const engine = connectEngine(hostOf(model, server.host).docker);
    const args = endpoints.flatMap(({ host, port }) => [host, String(port)]);
    const program = ["sh", "-c", tryAll, "sh", ...args];
    // A server that is just being stopped tells nothing.
    const output = await execute(engine, server.container.id, program).catch(() => "");
    return output.split("\n").flatMap((line) => {
        const [host = "", port = ""] = line.trim().split(" ");
        return port ? [{ host, port: Number(port) }] : [];
    });
}
