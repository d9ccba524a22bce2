import type { Model } from "../redis/model/model";
import type { Observation } from "../redis/state/observation";
import { inventory } from "./docker/inventory";
import { observe } from "./observe";
import type { Connections } from "./redis/connections";

/** Observes every server of a deployment. */
export type Look = (model: Model, connections: Connections) => Promise<Observation>;

/** Observes through the hosts' Engines. */
export const lookThroughDocker: Look = async (model, connections) =>
    observe(model, await Promise.all(model.hosts.map(inventory)), connections);
