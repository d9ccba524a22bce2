import type Docker from "dockerode";
import { localEndpoint } from "../../commands/docker/endpoint";
import { connectEngine } from "../../commands/docker/engine";
import { labels } from "../../redis/names";
import { Failure } from "../setup/failure";
import { say } from "../setup/progress";
import { unrecorded } from "./leftovers";
import type { Recorded } from "./state";

/** Removes what an Engine has of the stack's deployments and the state does not know. Volumes hold data, and stay. */
export async function removeUnrecorded(endpoint: string | undefined, state: Recorded): Promise<void> {
    const engine = connectEngine(endpoint ?? localEndpoint());
    try {
        await remove(engine, state);
    } catch (error) {
        throw new Failure(
            `What an interrupted update has left could not be removed at ${endpoint ?? "the local Docker Engine"}: ` +
                `${(error as Error).message}. Make that Engine reachable, and run \`npm run repair\` again.`,
        );
    }
}

async function remove(engine: Docker, state: Recorded): Promise<void> {
    const filters = { label: [labels.deployment] };
    const containers = (await engine.listContainers({ all: true, filters })).map((container) => ({
        id: container.Id,
        name: container.Names[0]?.replace(/^\//, "") ?? container.Id,
        labels: container.Labels ?? {},
        running: container.State === "running",
    }));
    await Promise.all(
        unrecorded(containers, state).map(async ({ id, name, running }) => {
            say(`Removing the container ${name}, which an interrupted update has left.`);
            // With the grace that the container itself asks for: it may be a server with data.
            if (running) await ifThere(engine.getContainer(id).stop());
            await ifThere(engine.getContainer(id).remove({ force: true, v: false }));
        }),
    );
    const networks = (await engine.listNetworks({ filters })).map((network) => ({
        id: network.Id,
        name: network.Name,
        labels: network.Labels ?? {},
    }));
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
