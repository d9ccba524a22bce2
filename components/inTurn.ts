import type * as pulumi from "@pulumi/pulumi";
import type { Rollout } from "../reconcile/rollout/rollout";
import { settled } from "./sdk";

/** What a rollout has to know of a node that is declared to Pulumi. */
export interface TurnNode {
    node: string;
    files: { id: pulumi.Output<string> };
    server: { id: pulumi.Output<string> };
}

/** Declares the node of a name to Pulumi; its server's container only once `beforeServer` is fulfilled. */
export type Declare<Node> = (node: string, beforeServer?: Promise<void>) => Node;

/**
 * Declares nodes wave by wave, each when Pulumi has done what it wants with the containers of the one before and the
 * rollout finds nothing missing. An order of dependencies alone would not wait for data, nor know what was replaced.
 */
export async function declareInTurn<Node extends TurnNode>(rollout: Rollout, declare: Declare<Node>): Promise<Node[]> {
    const declared: Node[] = [];
    for (let wave = await rollout.next(); wave; wave = await rollout.next()) {
        // Files are there first: between the handover and the new container lies nothing but its replacement.
        let proceed: () => void = () => undefined;
        const wayMade = new Promise<void>((resolve) => {
            proceed = resolve;
        });
        const nodes = wave.nodes.map((node) => declare(node, wayMade));
        await Promise.all(nodes.map(({ files }) => made(files.id)));
        await rollout.makeWay(wave);
        proceed();
        const ids = await Promise.all(nodes.map(async ({ node, server }) => [node, await made(server.id)] as const));
        await rollout.done(wave, new Map(ids));
        declared.push(...nodes);
    }
    return declared;
}

/** The id of a resource that Pulumi has made or kept. */
export async function made(id: pulumi.Output<string>): Promise<string> {
    const known: string | undefined = await settled(id);
    // Pulumi tells itself why it could not make it.
    if (known === undefined)
        throw new Error("a container or network could not be made, so that nothing more was replaced");
    return known;
}
