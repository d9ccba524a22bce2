import type Docker from "dockerode";
import type { ResourceType } from "../provider/resource";
import { changes, check, type Schema, withoutNotes } from "../provider/schema";
import { type Properties, unknown } from "../provider/values";
import { attempt, unlessMissing } from "./engineError";
import { imageOrPull, imageOutputs, localImage } from "./image";

const schema: Schema = {
    name: { type: "string", required: true },
    triggers: { type: "map" },
    pullTriggers: { type: "strings", set: true },
    keepLocally: { type: "boolean", change: "update" },
    forceRemove: { type: "boolean", change: "update" },
};

/** `docker:index/remoteImage:RemoteImage`: an image by name, pulled only if it is not on the Engine. */
export function remoteImage(client: () => Docker): ResourceType {
    return {
        check: (news) => check(schema, news),

        diff({ inputs }, news) {
            const changed = changes(schema, inputs, news);
            const replaces = changed.filter((name) => schema[name]?.change !== "update");
            return { changes: changed, replaces, deleteBeforeReplace: false };
        },

        preview: (inputs, state) => ({
            ...(withoutNotes(inputs) as Properties),
            imageId: state?.imageId ?? unknown,
            repoDigest: state?.repoDigest ?? unknown,
        }),

        async create(inputs) {
            const name = inputs.name as string;
            const found = imageOutputs(await imageOrPull(client(), name));
            return { id: found.imageId + name, outputs: { ...(withoutNotes(inputs) as Properties), ...found } };
        },

        async read(_id, state) {
            const found = await localImage(client(), state.name as string);
            return found && { ...state, ...imageOutputs(found) };
        },

        async update(_id, _state, news) {
            const found = imageOutputs(await imageOrPull(client(), news.name as string));
            return { ...(withoutNotes(news) as Properties), ...found };
        },

        async delete(_id, state) {
            if (state.keepLocally === true) {
                return;
            }
            const name = state.name as string;
            const image = client().getImage(name);
            await attempt(
                `unable to remove image "${name}"`,
                unlessMissing(image.remove({ force: state.forceRemove === true })),
            );
        },
    };
}

/** `docker:index/getRemoteImage:getRemoteImage`: looks an image up on the Engine and never pulls it. */
export function getRemoteImage(client: () => Docker): (args: Properties) => Promise<Properties> {
    return async ({ name }) => {
        const image = await localImage(client(), String(name));
        if (image === undefined) {
            throw new Error(`did not find docker image "${name}"`);
        }
        const { imageId, repoDigest } = imageOutputs(image);
        return { id: imageId, name: String(name), repoDigest };
    };
}
