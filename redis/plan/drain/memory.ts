import { type Model, type NodeModel, stays } from "../../model/model";
import { isDraining } from "./tree";

/**
 * Declared masters that hand over because their hosts drain, and those that did and whose hosts are not back yet: who is the
 * master belongs to Redis, and these are to be masters again. Absent where there are none.
 */
export function drainedMasters(model: Model, before: readonly string[] = []): string[] | undefined {
    const drained = mastersOf(model).filter(
        (node) => isDraining(model, node) || (before.includes(node.name) && !stays(model, node)),
    );
    return drained.length > 0 ? drained.map(({ name }) => name) : undefined;
}

/** Those of them whose hosts are back. */
export function returnedMasters(model: Model, before: readonly string[] = []): string[] {
    return mastersOf(model)
        .filter((node) => before.includes(node.name) && stays(model, node))
        .map(({ name }) => name);
}

const mastersOf = ({ nodes }: Model): NodeModel[] => nodes.filter(({ replicaOf }) => !replicaOf);
