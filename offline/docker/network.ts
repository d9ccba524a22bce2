import type Docker from "dockerode";
import type { ResourceType } from "../provider/resource";
import { changes, check, computedNames, type Schema, withoutNotes } from "../provider/schema";
import { type Properties, unknown } from "../provider/values";
import { attempt, retryWhile, unlessMissing } from "./engineError";
import { label, labelMap } from "./labels";
import { isAutonamed, named } from "./names";

const schema: Schema = {
    name: { type: "string" },
    driver: { type: "string", computed: true },
    internal: { type: "boolean", computed: true },
    attachable: { type: "boolean" },
    ipv6: { type: "boolean" },
    options: { type: "map", computed: true },
    labels: { type: "objects", set: true, fields: label },
    ipamDriver: { type: "string", default: "default" },
    ipamOptions: { type: "map" },
    ipamConfigs: {
        type: "objects",
        set: true,
        computed: true,
        fields: {
            subnet: { type: "string" },
            gateway: { type: "string" },
            ipRange: { type: "string" },
            auxAddress: { type: "map" },
        },
    },
};

interface IpamConfig {
    subnet?: string;
    gateway?: string;
    ipRange?: string;
    auxAddress?: Record<string, string>;
}

/** `docker:index/network:Network`. */
export function network(client: () => Docker): ResourceType {
    return {
        check: (news, olds, call) => named(check(schema, news), olds, call),

        diff({ inputs }, news) {
            const changed = changes(schema, inputs, news);
            return { changes: changed, replaces: changed, deleteBeforeReplace: !isAutonamed(news) };
        },

        preview: (inputs, state) => ({
            ...Object.fromEntries(computedNames(schema, inputs).map((name) => [name, state?.[name] ?? unknown])),
            ...(withoutNotes(inputs) as Properties),
            scope: state?.scope ?? unknown,
        }),

        async create(inputs) {
            const name = inputs.name as string;
            const configs = (inputs.ipamConfigs ?? []) as IpamConfig[];
            const created = await attempt(
                `unable to create network "${name}"`,
                client().createNetwork({
                    Name: name,
                    CheckDuplicate: true,
                    Driver: (inputs.driver as string | undefined) ?? "bridge",
                    Internal: inputs.internal === true,
                    Attachable: inputs.attachable === true,
                    EnableIPv6: inputs.ipv6 === true,
                    Options: (inputs.options ?? {}) as Record<string, string>,
                    Labels: labelMap(inputs.labels),
                    IPAM: {
                        Driver: inputs.ipamDriver as string,
                        Options: (inputs.ipamOptions ?? {}) as Record<string, string>,
                        Config: configs.map(({ subnet, gateway, ipRange, auxAddress }) => ({
                            ...(subnet && { Subnet: subnet }),
                            ...(gateway && { Gateway: gateway }),
                            ...(ipRange && { IPRange: ipRange }),
                            ...(auxAddress && { AuxiliaryAddresses: auxAddress }),
                        })),
                    },
                }),
            );
            const found: Docker.NetworkInspectInfo = await created.inspect();
            return { id: found.Id, outputs: { ...computed(found), ...(withoutNotes(inputs) as Properties) } };
        },

        async read(id, state) {
            const found: Docker.NetworkInspectInfo | undefined = await unlessMissing(client().getNetwork(id).inspect());
            return found && state;
        },

        async update(_id, state, news) {
            return { ...state, ...(withoutNotes(news) as Properties) };
        },

        async delete(id, state) {
            await attempt(
                `unable to remove network "${state.name}"`,
                retryWhile("has active endpoints", () => unlessMissing(client().getNetwork(id).remove())),
            );
        },
    };
}

function computed(found: Docker.NetworkInspectInfo): Properties {
    return {
        driver: found.Driver,
        scope: found.Scope,
        internal: found.Internal,
        options: found.Options ?? {},
        ipamConfigs: (found.IPAM?.Config ?? []).map((config) => ({
            ...(config.Subnet && { subnet: config.Subnet }),
            ...(config.Gateway && { gateway: config.Gateway }),
        })),
    };
}
