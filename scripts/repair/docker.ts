import type Docker from "dockerode";
import { connectEngine } from "../../reconcile/docker/engine";
import { within } from "../../reconcile/within";
import { labels } from "../../redis/model/names";
import { Failure } from "../setup/failure";
import { say } from "../setup/progress";
import { type DockerObject, unrecorded } from "./leftovers";
import type { Recorded } from "./state";

/** How long an Engine may take to say what it has, in milliseconds. */
const patience = 10_000;

/**
 * Removes what an Engine has of the stack's deployments and the state does not know. Volumes hold data, and stay. Returns
 * whether the Engine answered.
 */
export async function removeUnrecorded(where: string, state: Recorded, everythingGoes: boolean): Promise<boolean> {
    let found: Listing;
    try {
        found = await within(patience, list(where));
    } catch (error) {
        // A lost host must not keep the others from being changed: its leftovers wait until it is back.
        say(`Not looking for leftovers at ${where}, which cannot be reached: ${(error as Error).message}`);
        return false;
    }
    try {
        await remove(found, state, everythingGoes);
        return true;
    } catch (error) {
        throw new Failure(
            `What an interrupted update has left at ${where} could not be removed: ${(error as Error).message}. ` +
                "Remove it with `docker rm` or `docker network rm`, and run this again.",
        );
    }
}

interface Listing {
    engine: Docker;
    containers: (DockerObject & { running: boolean })[];
    networks: DockerObject[];
}

async function list(endpoint: string): Promise<Listing> {
    const engine = connectEngine(endpoint);
    const filters = { label: [labels.deployment] };
    const [containers, networks] = await Promise.all([
        engine.listContainers({ all: true, filters }),
        engine.listNetworks({ filters }),
    ]);
    return {
        engine,
        containers: containers.map(({ Id, Names, Labels, State }) => ({
            id: Id,
            name: Names[0]?.replace(/^\//, "") ?? Id,
            labels: Labels ?? {},
            running: State === "running",
        })),
        networks: networks.map(({ Id, Name, Labels }) => ({ id: Id, name: Name, labels: Labels ?? {} })),
    };
}

async function remove(
    { engine, containers, networks }: Listing,
    state: Recorded,
    everythingGoes: boolean,
): Promise<void> {
    await Promise.all(
        unrecorded(containers, state, everythingGoes).map(async ({ id, name, running }) => {
            say(`Removing the container ${name}, which an interrupted update has left.`);
            // With the grace that the container itself asks for: it may be a server with data.
            if (running) await ifThere(engine.getContainer(id).stop());
            await ifThere(engine.getContainer(id).remove({ force: true, v: false }));
        }),
    );
    // After the containers, which hold on to them.
    for (const { id, name } of unrecorded(networks, state)) {
        say(`Removing the network ${name}, which an interrupted update has left.`);
        await ifThere(engine.getNetwork(id).remove());
    }
}

/** Done, too, when it has ended or gone by itself in the meantime. */
async function ifThere(work: Promise<unknown>): Promise<void> {
    try {
        await work;
    } catch (error) {
        const { statusCode = 0 } = error as { statusCode?: number };
        if (![304, 404].includes(statusCode)) throw error;
    }
}
