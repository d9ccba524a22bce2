import { showRanges } from "../../model/cluster/slots";
import type { Model } from "../../model/model";
import type { Observation } from "../observation";
import { idOf } from "./clusterState";
import { clusterStateOf } from "./clusterStateOf";

/** The slots of each shard, by its declared master: `{ "shard1-1": "0-5460" }`. Which node serves them is Redis's. */
export function slotTable(model: Model, observation: Observation): Record<string, string> {
    const { shards, owners } = clusterStateOf(model, observation);
    return Object.fromEntries(
        shards.map(({ declared, master }) => [declared, showRanges(master ? owners.slotsOf(idOf(master)) : [])]),
    );
}
