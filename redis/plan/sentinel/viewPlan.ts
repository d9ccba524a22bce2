import { at, sameEndpoint } from "../../model/endpoint";
import { type Endpoint, type Model, masterOf, type NodeModel, present } from "../../model/model";
import type { Watch } from "../../model/sentinel/declaration";
import { downFlags, type SentinelView } from "../../state/sentinel";
import type { EffectiveTree } from "../effectiveTree";
import type { Plan } from "../step";
import type { Waiting } from "../waiting";
import type { Answering } from "./seen";
import { unwatch } from "./watching";

/** What Sentinels are to watch and see. */
interface Declared {
    model: Model;
    watch: Watch;
    tree: EffectiveTree;
    master: NodeModel;
}

/** What each Sentinel is told and sees: the master, the settings, exactly the declared replicas and other Sentinels. */
export function planViews(model: Model, tree: EffectiveTree, sentinels: Answering[]): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    const { watch } = model;
    if (!watch) return plan;
    const declared = { model, watch, tree, master: masterOf(tree) };
    for (const sentinel of sentinels) {
        const { steps, waiting } = planView(declared, sentinel);
        // One at a time: a Sentinel that has just forgotten the others has no quorum.
        const isCalm = plan.waiting.length === 0 && plan.steps.every(({ kind }) => kind !== "rediscover");
        plan.steps.push(...steps.filter(({ kind }) => kind !== "rediscover" || isCalm));
        plan.waiting.push(...waiting);
    }
    return plan;
}

/** The same of one: what it watches, then whom it knows, and only then whether it is of use. */
function planView(declared: Declared, { node, sentinel: { watch: view } }: Answering): Plan {
    const { watch, master } = declared;
    if (!view) {
        return { steps: [{ kind: "watch", node, master: master.announce, masterNode: master.name }], waiting: [] };
    }
    if (view.name !== watch.name) {
        return { steps: [unwatch(node, view.name, `the master is called ${watch.name} now`)], waiting: [] };
    }
    const steps: Plan["steps"] = [];
    const changes = Object.fromEntries(
        Object.entries(watch).filter(([key, value]) => key !== "name" && view[key as keyof Watch] !== value),
    );
    if (Object.keys(changes).length > 0) steps.push({ kind: "setSentinel", node, name: watch.name, changes });
    if (!sameEndpoint(view.master, master.announce)) {
        const expected = `${master.name} as the master (${at(master.announce)})`;
        return { steps, waiting: [{ node, expected, seen: at(view.master) }] };
    }
    const surplus = unknownIn(declared, view);
    if (surplus.length > 0) {
        steps.push({ kind: "rediscover", node, name: watch.name, why: `it knows ${surplus.join(", ")}` });
        return { steps, waiting: [] };
    }
    return { steps, waiting: missingIn(declared, node, view) };
}

/** Addresses that a Sentinel knows and that are none of the declared nodes'. */
function unknownIn({ model, tree }: Declared, { replicas, others }: SentinelView): string[] {
    const declaredReplicas = tree.nodes.filter(({ replicaOf }) => replicaOf);
    return [...unknownAddresses(replicas, declaredReplicas), ...unknownAddresses(others, model.sentinels ?? [])];
}

function unknownAddresses(known: { endpoint: Endpoint }[], nodes: { announce: Endpoint }[]): string[] {
    return known
        .filter(({ endpoint }) => !nodes.some(({ announce }) => sameEndpoint(endpoint, announce)))
        .map(({ endpoint }) => at(endpoint));
}

/** What a Sentinel does not see yet of what it has to. */
function missingIn({ model, tree, master }: Declared, node: string, view: SentinelView): Waiting[] {
    const found: Waiting[] = [];
    const down = downFlags(view);
    if (down.length > 0) {
        // The tree is usable, so it is not the master that is wrong.
        const hint = `${master.name} answers this program: can ${node} reach it, and sign in as the user sentinel?`;
        found.push({ node, expected: `${master.name} to be up`, seen: `${down.join(", ")} (${hint})` });
    }
    // Those on hosts that are down may be known still, and cannot be found again.
    const replicas = present(tree).filter(({ replicaOf }) => replicaOf).length;
    const others = present(model, model.sentinels).length - 1;
    const counts: [string, unknown[], number][] = [
        ["replicas", view.replicas, replicas],
        ["other Sentinels", view.others, others],
    ];
    for (const [what, known, count] of counts) {
        if (known.length < count) found.push({ node, expected: `${count} ${what}`, seen: String(known.length) });
    }
    if (!view.quorumCheck.startsWith("OK")) found.push({ node, expected: "a quorum", seen: view.quorumCheck });
    return found;
}
