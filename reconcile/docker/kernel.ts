import { readFile } from "node:fs/promises";
import { hostname } from "node:os";
import type { HostModel, Model } from "../../redis/model/model";
import { labels } from "../../redis/model/names";
import { type KernelSettings, kernelFiles, parseKernel } from "../../redis/preflight/hostSettings";
import type { EngineInventory } from "../../redis/state/engineInventory";
import { connectEngine, execute } from "./engine";

/**
 * Reads what the kernel of a host is set to: in a server of ours that runs there, else on this machine when the Engine is
 * here. Undefined where neither can be done, such as before the first servers on another machine. Changes nothing.
 */
export async function readKernel(
    model: Model,
    host: HostModel,
    inventory: EngineInventory,
): Promise<KernelSettings | undefined> {
    if (!inventory.reachable) return undefined;
    const server = inventory.containers.find(
        ({ labels: of, state }) =>
            of[labels.deployment] === model.id && of[labels.role] === "server" && state === "running",
    );
    try {
        if (server) {
            const output = await execute(connectEngine(host.docker), server.id, ["cat", ...kernelFiles]);
            return parseKernel(host.name, output.split("\n"));
        }
        if (inventory.engine.name !== hostname()) return undefined;
        return parseKernel(host.name, await Promise.all(kernelFiles.map((path) => readFile(path, "utf8"))));
    } catch {
        // Somebody may just be stopping that server; the next look reads again.
        return undefined;
    }
}
