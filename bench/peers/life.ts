import { Writer } from "../../test/integration/clusterWriter";
import type { Deployment, Tool } from "./deployment";
import type { Sample } from "./results";

export type Measured = Pick<Sample, "measure" | "nodes" | "milliseconds" | "lines" | "pause" | "errors">;

/** With how many nodes a setting is changed too. */
const changedUpTo = 6;
/** Milliseconds that each writer waits after a write, so that writers leave the processor to what is measured. */
const pace = 10;

/** The life of some servers from nothing to nothing, each command of it once. */
export async function life({ deploy }: Tool, nodes: number, tell: (measured: Measured) => void): Promise<void> {
    const deployment = await deploy(nodes);
    const measure = async (name: Sample["measure"], work: () => Promise<string>) =>
        tell({ measure: name, nodes, ...(await timed(work)) });
    try {
        await measure("first", deployment.create);
        await measure("up", deployment.apply);
        if (deployment.status) await measure("status", deployment.status);
        if (nodes <= changedUpTo) tell({ measure: "change", nodes, ...(await change(deployment)) });
        await measure("down", deployment.destroy);
    } finally {
        await deployment.remove();
    }
}

async function change(deployment: Deployment) {
    const client = deployment.client();
    client.on("error", () => undefined);
    try {
        return await whileWriting(new Writer(client, undefined, 4, pace), deployment.change);
    } finally {
        client.disconnect();
    }
}

/** Does something while a writer writes; how long that took, and what the writer noticed. */
export async function whileWriting(writer: Writer, work: () => Promise<string>) {
    await writer.more(100);
    writer.longestGap = 0;
    const done = await timed(work);
    await writer.more(100);
    await writer.stop();
    return { ...done, pause: writer.longestGap, errors: [...new Set(writer.errors)].slice(0, 5) };
}

export async function timed(work: () => Promise<string>): Promise<{ milliseconds: number; lines: number }> {
    const began = performance.now();
    const output = await work();
    return { milliseconds: performance.now() - began, lines: output.trimEnd().split("\n").length };
}
