import type Docker from "dockerode";
import { type Answer, nothingDeclared, parseTrial, type TrialFiles, trial, trialScript } from "../../redis/image/trial";
import { cached } from "../cached";
import { runOnce } from "./container";

/** An image on one Engine. */
export interface ImageAt {
    engine: Docker;
    /** The Engine's own id. */
    engineId: string;
    /** The image's id: a hash of all that it holds, unlike its name. */
    id: string;
    /** Bytes that a container may use. */
    memory?: number;
}

/**
 * Has an image start a server on these files, once, and returns what it said. What was accepted is kept for a day;
 * a refusal is asked for anew each time.
 * @param anew whether a kept answer does not count
 * @throws when Docker does not run such a container.
 */
export function tryOut({ engine, engineId, id, memory }: ImageAt, files: TrialFiles, anew = false): Promise<Answer> {
    const ask = async () =>
        parseTrial(
            await runOnce(engine, {
                image: id,
                script: trialScript,
                files: { ...files, [trialScript]: trial },
                memory,
            }),
        );
    return cached([engineId, id, memory, files, trial], ask, ({ settings }) => settings !== undefined, anew);
}

/** What an image's server is, and each of its directives with its default. */
export function factsOf(image: ImageAt, anew = false): Promise<Answer> {
    return tryOut({ ...image, memory: undefined }, nothingDeclared, anew);
}
