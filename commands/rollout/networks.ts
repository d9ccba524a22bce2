import type { Model } from "../../redis/model";
import type { Observation, ServerObservation } from "../../redis/observation";
import type { Connections } from "../redis/connection";
import type { Containers } from "./containers";

/**
 * Has servers that run be reached from the declared network, into which the others come one after the other: those on another
 * bridge join it, and those on the host's own network listen at the address that the host has in it. That ends with their
 * containers.
 *
 * @returns whether anything was done
 */
export async function joinNetworks(
    model: Model,
    observation: Observation,
    containers: Containers,
    connections: Connections,
): Promise<boolean> {
    if (model.network.mode !== "bridge") return false;
    const apart = observation.filter(
        (server) => server.container?.state === "running" && server.network && !isThere(model, server),
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
    return apart.length > 0;
}

const isThere = ({ network }: Model, server: ServerObservation): boolean =>
    !!server.network?.networks.includes(network.name);
