import type { Model } from "../../redis/model/model";
import { nodesOf } from "../../redis/plan/rollout/waves";
import { isAttached, isOtherNetwork } from "../../redis/state/network";
import type { Observation } from "../../redis/state/observation";
import { isCurrent } from "../../redis/state/whereabouts";
import type { Connections } from "../redis/connections";
import type { Containers } from "./containers";

/**
 * Has servers that run be reached from the declared network, into which the others come one after the other: those on another
 * bridge join it, and those on the host's own network listen at the address that the host has in it. That ends with their
 * containers, or here.
 */
export async function joinNetworks(
    model: Model,
    observation: Observation,
    containers: Containers,
    connections: Connections,
): Promise<void> {
    // What an interrupted change has joined, and that stays as it is after all, would keep its network from being removed.
    const surplus = observation.flatMap((server) => {
        const node = nodesOf(model).find(({ name }) => name === server.node);
        if (!node || !server.declared || !isCurrent(model, node, server)) return [];
        const names = server.network?.networks.filter((name) => isOtherNetwork(model, name)) ?? [];
        return isAttached(model, server) ? names.map((name) => containers.leave(server, name)) : [];
    });
    await Promise.all(surplus);
    const apart = observation.filter(
        (server) => server.container?.state === "running" && server.network && !isAttached(model, server),
    );
    await Promise.all(
        apart.map(async (server) => {
            if (server.network?.mode === "bridge") return containers.join(server);
            const address = server.network?.across?.host;
            if (!server.redis || !address) return;
            const client = await connections.to(server.reach);
            const [, bind = ""] = (await client.config("GET", "bind")) as string[];
            if (bind.split(" ").some((known) => [address, "*"].includes(known))) return;
            await client.config("SET", "bind", `${bind} ${address}`);
        }),
    );
}
