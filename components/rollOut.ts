import * as pulumi from "@pulumi/pulumi";
import { lookThroughDocker } from "../reconcile/look";
import { withConnections } from "../reconcile/redis/connections";
import { containersOnDocker } from "../reconcile/rollout/containers";
import { planned } from "../reconcile/rollout/planned";
import { Rollout } from "../reconcile/rollout/rollout";
import { allNodes, hostOf } from "../redis/model/model";
import { desiredOf } from "../redis/plan/desired";
import type { Declaring } from "./declaring";
import type { DockerHost } from "./dockerHost";
import { type Declare, declareInTurn, made } from "./inTurn";
import type { RedisNode } from "./redisNode";
import { failure } from "./refusal";

/** Declares the nodes of a deployment that runs, so that no two copies of its data are replaced at once. */
export function rollOut(
    { name, seen: { model, observation }, passwords, deployment }: Declaring,
    hosts: DockerHost[],
    declare: Declare<RedisNode>,
): Promise<RedisNode[]> {
    const say = (line: string) => void pulumi.log.info(line, deployment);
    const [desired, containers] = [desiredOf(model, passwords), containersOnDocker(model)];
    const lost = allNodes(model).filter(({ host }) => hostOf(model, host).down);
    return withConnections(passwords, async (connections) => {
        const context = {
            desired,
            connections,
            look: lookThroughDocker,
            containers,
            say,
            planned: planned(name, model),
        };
        try {
            // Servers that run join a new network before the first of them is replaced.
            await Promise.all(hosts.map(({ network }) => network && made(network.id)));
            const rollout = new Rollout(context, observation);
            return [...lost.map((node) => declare(node.name)), ...(await declareInTurn(rollout, declare))];
        } catch (error) {
            throw failure((error as Error).message);
        }
    });
}
