import type { Surroundings } from "../surroundings";
import { followMaster, judge, meet, ping, type Running, reconsider, runningOf } from "./bus";
import { elect } from "./election";

/** Some time goes by on the cluster's bus: nodes tell each other what they believe, give others up and elect masters. */
export function gossip(world: Surroundings): void {
    const all: Running[] = [];
    for (const server of world.servers) {
        const running = runningOf(server);
        if (!running) continue;
        all.push(running);
        if (running.node.since === undefined) running.node.restart(world.now);
    }
    for (const one of all) meet(world, one);
    for (const one of all) for (const known of [...one.node.known.values()]) ping(world, one, known);
    for (const one of all) judge(world, one, all);
    for (const one of all) elect(world, one);
    for (const one of all) {
        reconsider(world, one);
        followMaster(one);
    }
}
