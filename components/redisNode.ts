import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { Passwords } from "../redis/acl/passwords";
import { filesContainer, nodeLabels, serverArguments, serverLabels } from "../redis/model/containerSpecification";
import { nodeFiles } from "../redis/model/files/nodeFiles";
import { hostOf, type Model, type NodeModel } from "../redis/model/model";
import { labels, nodeResources } from "../redis/model/names";
import { suffixOf } from "../redis/state/configurationVolume";
import type { DockerHost } from "./dockerHost";
import { labelList } from "./labels";

export interface RedisNodeArguments {
    model: Model;
    node: NodeModel;
    host: DockerHost;
    passwords: Passwords;
    /** Secret, and known once every given password is. */
    given: pulumi.Output<unknown>;
    /** What has to have happened before the server's own container is replaced; its files may be there before. */
    beforeServer?: Promise<void>;
    /** Whether the server's container is replaced anyway, as far as that is foreseen. */
    replaced: boolean;
}

/**
 * One Redis server: its data volume, its configuration volume, the files carrier that fills it, and the server's
 * container, which holds no secret in its own description.
 */
export class RedisNode extends pulumi.ComponentResource {
    /** The node's name in the stack file. */
    readonly node: string;
    /** Whether its host is declared down: it is left alone then, and nothing can wait for it. */
    readonly lost: boolean;
    /** The container that runs Redis. */
    readonly server: docker.Container;
    /** A container that never starts: Docker copies its files into the configuration volume. */
    readonly files: docker.Container;

    constructor(name: string, args: RedisNodeArguments, opts?: pulumi.ComponentResourceOptions) {
        super("redis-on-docker:index:RedisNode", name, {}, opts);
        const { model, node, host, passwords, given, beforeServer, replaced } = args;
        this.node = node.name;
        this.lost = hostOf(model, node.host).down ?? false;
        const onHost = { parent: this, provider: host.provider };
        const identity = nodeLabels(model, node);
        const names = nodeResources(name);

        const data = new docker.Volume(
            names.data,
            { name: node.names.dataVolume, labels: labelList({ ...identity, [labels.role]: "data" }) },
            // A volume cannot be changed, only replaced, and that would delete what it holds.
            {
                ...onHost,
                ignoreChanges: ["name", "labels", "driver", "driverOpts"],
                retainOnDelete: model.data === "keep",
            },
        );
        const configuration = new docker.Volume(
            names.configuration + suffixOf(node.names),
            {
                name: node.names.configurationVolume,
                labels: labelList({ ...identity, [labels.role]: "configuration" }),
            },
            { ...onHost, ignoreChanges: ["name", "labels", "driver", "driverOpts"] },
        );

        this.files = new docker.Container(
            names.files,
            {
                ...filesContainer(model, node, configuration.name),
                labels: labelList({ ...identity, [labels.role]: "files" }),
                uploads: given.apply(() =>
                    nodeFiles(model, node, passwords).map(({ path, content, mode }) => ({
                        file: path,
                        content,
                        permissions: mode,
                    })),
                ),
            },
            { ...onHost, deleteBeforeReplace: true, dependsOn: [host.image] },
        );

        const attached = { data: data.name, configuration: configuration.name, network: host.network?.name };
        this.server = new docker.Container(
            name,
            {
                ...serverArguments<pulumi.Output<string>>(model, node, attached),
                labels: labelList(serverLabels(model, node)),
            },
            {
                ...onHost,
                deleteBeforeReplace: true,
                // The provider takes changes of these for done and does nothing.
                replaceOnChanges: ["healthcheck", "init", "tmpfs", "rm", "cpuPeriod", "cpuQuota"],
                // Not worth a new container: a server that runs keeps the check that it has.
                ignoreChanges: replaced ? [] : ["healthcheck"],
                dependsOn: pulumi.output(beforeServer).apply(() => [this.files]),
            },
        );
        const { host: address, port } = node.reach;
        const { container, dataVolume } = node.names;
        this.registerOutputs({ node: node.name, host: node.host, address, port, container, dataVolume });
    }
}

/** Whether a node can be waited for. */
export function isThere({ lost }: RedisNode): boolean {
    return !lost;
}
