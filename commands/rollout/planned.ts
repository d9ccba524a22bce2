import { readFileSync } from "node:fs";
import type { Model } from "../../redis/model";
import { resourceName } from "../../redis/names";
import { nodesOf } from "../../redis/rollout/waves";

/** The variable that names the file in which Pulumi's CLI notes its events, its plan among them. */
export const eventLog = "REDIS_ON_DOCKER_EVENT_LOG";

/**
 * The servers whose containers Pulumi's own plan replaces, for whatever reason; none where its events are not noted. Only the
 * plan knows reasons that no declaration shows: another version of a plugin, or a changed state.
 *
 * @param deployment what the program calls the deployment
 */
export function planned(deployment: string, model: Model, file = process.env[eventLog]): Set<string> {
    const nodes = new Map(nodesOf(model).map(({ name, host }) => [resourceName(deployment, host, name), name]));
    const replaced = readEvents(file).flatMap(({ resourcePreEvent }) => {
        const { op, type, urn = "" } = resourcePreEvent?.metadata ?? {};
        const node = nodes.get(urn.split("::").pop() ?? "");
        return op === "replace" && type === "docker:index/container:Container" && node ? [node] : [];
    });
    return new Set(replaced);
}

interface EngineEvent {
    resourcePreEvent?: { metadata?: { op?: string; type?: string; urn?: string } };
}

function readEvents(file: string | undefined): EngineEvent[] {
    if (!file) return [];
    const lines = readFileSync(file, "utf8").split("\n");
    return lines.flatMap((line) => {
        try {
            return line ? [JSON.parse(line) as EngineEvent] : [];
        } catch {
            // The last line may just be written.
            return [];
        }
    });
}
