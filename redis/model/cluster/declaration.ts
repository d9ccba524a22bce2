import type { DeploymentArguments, NodeArguments } from "../../declaration/arguments";
import { place, placeName, placesOf, portOffset } from "./placement";

/** First port of a cluster that is declared by its shape. */
export const defaultFirstPort = 6371;
/** Replicas of each shard of a cluster that is declared by its shape. */
export const defaultReplicas = 1;

/** The nodes of a deployment: those written out, or those that the shape of a cluster stands for. */
export function declaredNodes(args: DeploymentArguments): NodeArguments[] {
    const { shards, replicasPerShard = defaultReplicas, firstPort = defaultFirstPort, placement } = args.cluster ?? {};
    if (shards === undefined) return args.nodes ?? [];
    const shape = { shards, replicasPerShard };
    const hosts = (args.hosts ?? [{ name: "local" }]).map(({ name }) => name);
    const placed = place(shape, hosts, new Map(Object.entries(placement ?? {})));
    return placesOf(shape).map((at) => ({
        name: placeName(at),
        host: placed.get(placeName(at)),
        port: firstPort + portOffset(at),
        ...(at.copy > 0 ? { replicaOf: placeName({ ...at, copy: 0 }) } : {}),
    }));
}
