import { allNodes, hostOf, type Model } from "../../redis/model/model";
import type { ServerObservation } from "../../redis/state/observation";
import { connectEngine, lastLogLines } from "../docker/engine";
import { containerOf } from "../observed";
import { putBack, record, removeIfThere } from "./previousContainer";

/** What a rollout itself does with the containers of servers; all else is for Pulumi to do. */
export interface Containers {
    /** Notes what makes a server's container again as it is now. */
    record(server: ServerObservation): Promise<Previous>;
    /** Removes a server's container, which Pulumi does not know. */
    remove(server: ServerObservation): Promise<void>;
    /** Attaches a server's container to the declared network as well, by its names and the address that it is to have there. */
    join(server: ServerObservation): Promise<void>;
    /** Detaches a server's container from a network. */
    leave(server: ServerObservation, network: string): Promise<void>;
    lastLogLines(server: ServerObservation, count: number): Promise<string[]>;
}

/** A container that was replaced. */
export interface Previous {
    image: string;
    /** Makes it again, in place of the one that has its name now. */
    putBack(): Promise<void>;
}

/** The containers of a deployment, on the Engines of its hosts. */
export function containersOnDocker(model: Model): Containers {
    const engineOf = ({ host }: ServerObservation) => connectEngine(hostOf(model, host).docker);
    return {
        async record(server) {
            const engine = engineOf(server);
            const previous = await record(engine, containerOf(server).id);
            return { image: previous.inspected.Config.Image, putBack: () => putBack(engine, previous) };
        },
        async remove(server) {
            if (server.container) await removeIfThere(engineOf(server), server.container.name);
        },
        async join(server) {
            const node = allNodes(model).find(({ name }) => name === server.node);
            const address = server.declared && model.network.subnet && node?.announce.host;
            const names = [...new Set([server.node, server.formerly ?? server.node])];
            await engineOf(server)
                .getNetwork(model.network.name)
                .connect({
                    Container: server.container?.id,
                    EndpointConfig: { Aliases: names, ...(address ? { IPAMConfig: { IPv4Address: address } } : {}) },
                });
        },
        async leave(server, network) {
            await engineOf(server).getNetwork(network).disconnect({ Container: server.container?.id });
        },
        async lastLogLines(server, count) {
            return server.container ? lastLogLines(engineOf(server), server.container.id, count) : [];
        },
    };
}
