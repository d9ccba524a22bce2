import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { localEndpoint } from "../reconcile/docker/endpoint";
import type { HostModel, Model } from "../redis/model/model";
import { hostResources, labels, networkName } from "../redis/model/names";
import { labelList } from "./labels";

export interface DockerHostArguments {
    model: Model;
    host: HostModel;
}

/** A machine with a Docker Engine, ready for nodes: its provider, the image, and the deployment's network on it. */
export class DockerHost extends pulumi.ComponentResource {
    readonly provider: docker.Provider;
    readonly image: docker.RemoteImage;
    /** The deployment's bridge network; absent where nodes use the host's own. */
    readonly network?: docker.Network;

    constructor(name: string, { model, host }: DockerHostArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:DockerHost", name, {}, opts);
        this.provider = new docker.Provider(name, { host: host.docker ?? localEndpoint() }, { parent: this });
        const onHost = { parent: this, provider: this.provider };
        const names = hostResources(name);

        // Kept on destroy: on a shared Engine others may use it.
        this.image = new docker.RemoteImage(names.image, { name: model.image, keepLocally: true }, onHost);
        const { subnet } = model.network;
        if (model.network.mode === "bridge") {
            // One with another subnet is made beside the one that servers still use.
            const suffix = model.network.name.slice(networkName(model.prefix).length);
            this.network = new docker.Network(
                names.network + suffix,
                {
                    name: model.network.name,
                    ...(subnet ? { ipamConfigs: [{ subnet }] } : {}),
                    labels: labelList({
                        [labels.deployment]: model.id,
                        [labels.prefix]: model.prefix,
                        [labels.host]: host.name,
                        [labels.role]: "network",
                    }),
                },
                // A changed network would take every server of the host down at once, and a label is not worth that. Nor is a
                // subnet that is not declared any more.
                { ...onHost, ignoreChanges: ["labels", ...(subnet ? [] : ["ipamConfigs"])] },
            );
        }
        this.registerOutputs({ host: host.name, address: host.address, network: this.network && model.network.name });
    }
}
