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
    driverOpts: { type: "map" },
    labels: { type: "objects", set: true, fields: label },
};

/** `docker:index/volume:Volume`. */
export function volume(client: () => Docker): ResourceType {
    const outputs = ({ Driver, Mountpoint }: Docker.VolumeInspectInfo) => ({ driver: Driver, mountpoint: Mountpoint });

    return {
        check: (news, olds, call) => named(check(schema, news), olds, call),

        diff({ inputs }, news) {
            const changed = changes(schema, inputs, news);
            return { changes: changed, replaces: changed, deleteBeforeReplace: !isAutonamed(news) };
        },

        preview: (inputs, state) => ({
            ...Object.fromEntries(computedNames(schema, inputs).map((name) => [name, state?.[name] ?? unknown])),
            ...(withoutNotes(inputs) as Properties),
            mountpoint: state?.mountpoint ?? unknown,
        }),

        async create(inputs) {
            const name = inputs.name as string;
            // The Engine gives back the volume of that name if there is one.
            await attempt(
                `unable to create volume "${name}"`,
                client().createVolume({
                    Name: name,
                    Driver: inputs.driver as string | undefined,
                    DriverOpts: inputs.driverOpts as Record<string, string> | undefined,
                    Labels: labelMap(inputs.labels),
                }),
            );
            const created = await client().getVolume(name).inspect();
            return { id: name, outputs: { ...(withoutNotes(inputs) as Properties), ...outputs(created) } };
        },

        async read(id, state) {
            const found = await unlessMissing(client().getVolume(id).inspect());
            return found && { ...state, ...outputs(found) };
        },

        async update(_id, state, news) {
            return { ...state, ...(withoutNotes(news) as Properties) };
        },

        async delete(id) {
            await attempt(
                `unable to remove volume "${id}"`,
                retryWhile("volume is in use", () => unlessMissing(client().getVolume(id).remove({ force: true }))),
            );
        },
    };
}
