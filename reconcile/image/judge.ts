import type { Problem } from "../../redis/declaration/problem";
import {
    type Declared,
    imageProblems,
    liveProducts,
    productProblems,
    settingProblems,
    trialProblems,
} from "../../redis/image/problems";
import type { Product } from "../../redis/image/product";
import { type Answer, trialFiles } from "../../redis/image/trial";
import { nodesToTry } from "../../redis/image/trials";
import { type HostModel, hostOf } from "../../redis/model/model";
import type { Desired } from "../../redis/plan/desired";
import { parseMemory } from "../../redis/settings/sizes";
import type { EngineInventory } from "../../redis/state/engineInventory";
import type { Observation } from "../../redis/state/observation";
import { connectEngine, pull } from "../docker/engine";
import { factsOf, type ImageAt, tryOut } from "./ask";

export interface Judging extends Declared {
    desired: Desired;
    inventories: EngineInventory[];
    observation: Observation;
    /** Whether an image that an Engine does not have may be pulled, as the update is about to. */
    mayPull: boolean;
}

/** What stands in the way, and what could not be looked at. */
export interface Judgement {
    problems: Problem[];
    notes: string[];
}

/**
 * Asks the declared image, on each host, whether its servers can take what is declared and what runs: that it knows each
 * setting, starts on the very files, and reads the data of those whose place it takes. Touches no server of anybody.
 */
export async function judgeImages(judging: Judging): Promise<Judgement> {
    const judged = await Promise.all(judging.inventories.map((inventory) => judge(judging, inventory)));
    const problems = judged.flatMap((judgement) => judgement.problems);
    return {
        // Hosts with the same image say the same.
        problems: [...new Map(problems.map((problem) => [JSON.stringify(problem), problem])).values()],
        notes: judged.flatMap(({ notes }) => notes),
    };
}

async function judge(judging: Judging, inventory: EngineInventory): Promise<Judgement> {
    const { model, desired, observation } = judging;
    const nodes = model.nodes.filter(({ host }) => host === inventory.host);
    if (!inventory.reachable || nodes.length === 0) return { problems: [], notes: [] };
    try {
        const image = await imageAt(judging, hostOf(model, inventory.host), inventory.engine.id);
        if (!image) {
            const note = `${inventory.host}: has no image ${model.image} yet; whether it takes what is declared is asked once the update has pulled it`;
            return { problems: [], notes: [note] };
        }
        const running = await products(judging, image, inventory.host);
        const judgeFacts = (facts: Answer) => [
            ...imageProblems(judging, facts),
            ...(facts.product ? productProblems(running, model.image, facts.product) : []),
            ...nodes.flatMap((node) => settingProblems(judging, node, facts)),
        ];
        let problems = judgeFacts(await factsOf(image));
        // How many files a container may open is the Engine's to say, and may have been raised meanwhile.
        if (problems.length > 0) problems = judgeFacts(await factsOf(image, true));
        if (problems.length > 0) return { problems, notes: [] };
        for (const node of nodesToTry(desired, observation, inventory.host, image.id)) {
            problems.push(...trialProblems(judging, node, await tryOut(image, trialFiles(model, node))));
        }
        return { problems, notes: [] };
    } catch (error) {
        const message = `${model.image} cannot be asked on ${inventory.host} whether it takes what is declared: ${(error as Error).message}`;
        return { problems: [{ path: "image", message }], notes: [] };
    }
}

/** The declared image on a host; undefined when it is not there and is not to be, or cannot be, pulled. */
async function imageAt({ model, mayPull }: Judging, host: HostModel, engineId: string): Promise<ImageAt | undefined> {
    const engine = connectEngine(host.docker);
    const memory = model.memory ? parseMemory(model.memory) : undefined;
    const found = async () => ({ engine, engineId, id: (await engine.getImage(model.image).inspect()).Id, memory });
    const absent = (error: { statusCode?: number }) => {
        if (error.statusCode !== 404) throw error;
        return undefined;
    };
    const there = await found().catch(absent);
    if (there || !mayPull) return there;
    // The provider may have credentials that this has not.
    return pull(engine, model.image).then(found, () => undefined);
}

/** What the declared servers of a host are: by their own word, else by what their containers' images say. */
async function products({ observation }: Judging, image: ImageAt, host: string): Promise<Map<string, Product>> {
    const known = liveProducts(observation, host);
    for (const { declared, kind, node, host: where, container } of observation) {
        if (!declared || kind === "sentinel" || where !== host || known.has(node)) continue;
        if (!container?.imageId || container.imageId === image.id) continue;
        const { product } = await factsOf({ ...image, id: container.imageId });
        if (product) known.set(node, product);
    }
    return known;
}
