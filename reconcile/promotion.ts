import { isReplicaIn, replicaOfFile } from "../redis/model/files/replicaOf";
import { hostOf, type Model, masterOf } from "../redis/model/model";
import type { Observation } from "../redis/state/observation";
import { connectEngine } from "./docker/engine";
import { readFile } from "./docker/readFile";

/**
 * Whether another server was the declared master before this declaration. Roles are Sentinel's: only a change of the
 * declared master has them changed. A preview knows that from the files that the server still has; the convergence, before
 * which servers get new files, from what it wrote the last time (`Receipt`).
 */
export async function isPromoted(model: Model, observation: Observation): Promise<boolean> {
    if (model.topology !== "sentinel") return false;
    const { name } = masterOf(model);
    const server = observation.find(({ declared, node }) => declared && node === name);
    if (!server?.container) return false;
    // Under its former name it was another one to the last convergence.
    if (server.formerly) return true;
    const engine = connectEngine(hostOf(model, server.host).docker);
    // What cannot be read the convergence says.
    const text = await readFile(engine, server.container.id, replicaOfFile).catch(() => "");
    return isReplicaIn(text);
}
