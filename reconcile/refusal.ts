import { type Model, type NodeModel, present } from "../redis/model/model";
import { refusesWrites } from "../redis/state/writeRefusals";

/**
 * What it means that a master does not take a write. That it is full or cannot save is its declared behaviour, and so is
 * that it wants more replicas than are left without the hosts that are declared down.
 *
 * @param replicas the declared servers that replicate it
 * @returns a sentence to report
 * @throws when a write was to be taken.
 */
export function refusal(model: Model, master: NodeModel, replicas: NodeModel[], answer: string): string {
    const wanted = Number(master.settings["min-replicas-to-write"] ?? 0);
    const there = present(model).filter(({ name }) => replicas.some((replica) => replica.name === name)).length;
    const lost = there < wanted && wanted <= replicas.length;
    if (/^(OOM|MISCONF)/.test(answer) || (/^NOREPLICAS/.test(answer) && lost)) {
        return `${master.name} ${refusesWrites}: ${answer}`;
    }
    const never = /^NOREPLICAS/.test(answer) && replicas.length < wanted;
    const more = never ? `: min-replicas-to-write is ${wanted}, and ${replicas.length} replicas are declared` : "";
    throw new Error(`${master.name}: expected a write to be taken, seen ${answer}${more}`);
}
