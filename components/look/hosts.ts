import { inventory } from "../../reconcile/docker/inventory";
import { readKernel } from "../../reconcile/docker/kernel";
import { listening } from "../../reconcile/listening";
import type { HostModel, Model } from "../../redis/model/model";
import type { SeenHosts } from "../../redis/preflight/hosts";
import { withConfigurationVolumes } from "../../redis/state/configurationVolume";
import type { EngineInventory } from "../../redis/state/engineInventory";
import { withNetwork } from "../../redis/state/network";

/** Reads what is on each host of a deployment. */
export async function readHosts(declared: Model): Promise<SeenHosts> {
    const inventories = await Promise.all(declared.hosts.map(inventory));
    const model = asFound(declared, inventories);
    const taken = await listening(model);
    const read = model.hosts.map(async (host: HostModel, index) => {
        const onHost = inventories[index];
        return onHost && readKernel(model, host, onHost);
    });
    const kernels = (await Promise.all(read)).filter((kernel) => kernel !== undefined);
    return { model, inventories, taken, kernels };
}

/** The model with the networks and volumes that its servers have, which may have other names than new ones would. */
export function asFound(model: Model, inventories: EngineInventory[]): Model {
    return withConfigurationVolumes(withNetwork(model, inventories), inventories);
}
