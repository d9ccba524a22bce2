import type { PlanDescription } from "../../redis/plan/liveChange";
import { noContainer } from "../../redis/plan/servers";
import type { Change } from "./changes";
import type { Subject } from "./subject";

/** A plan that the program has told nothing of: there are no servers yet. */
export const untold: PlanDescription = {
    rollout: [],
    steps: [],
    clients: [],
    returning: {},
    losses: [],
    keys: {},
    silent: {},
};

/** What Pulumi finds different of a container that does not run. */
const ofStopped = ["ports", "mustRun"];

/**
 * What a change will do, by node, in the order in which it happens: what Pulumi plans for the hosts, with what the program
 * has told of the servers that run there.
 *
 * @param declared the nodes in the order of the stack file
 * @param drained the declared masters that handed over because their hosts drained, as of the last update
 */
export function planWords(
    unordered: readonly Change[],
    told: PlanDescription = untold,
    declared: readonly string[] = [],
    drained: readonly string[] = [],
): string[] {
    const changes = inOrder(apart(unordered), declared);
    const of = (kind: Subject["kind"], ...ops: Change["op"][]) =>
        changes.filter(({ op, subject }) => subject.kind === kind && ops.includes(op));
    const named = (found: Change[]) => found.map(({ subject }) => subject.name);
    const change = (kind: Subject["kind"], name: string) =>
        changes.find(({ subject }) => subject.kind === kind && subject.name === name);
    const foretold = new Set(told.rollout.map((sentence) => sentence.split(": ")[0]));

    const passwords = named(of("password", "create")).sort();
    const networks = of("network", "create", "replace").map(({ op, subject: { name } }) =>
        op === "create"
            ? `${name}: make its network`
            : `${name}: make its network anew, without which no server there is reached`,
    );
    // What Pulumi makes anew needs no other step to run, and is told once.
    const made = new Set(named(of("server", "create", "replace")));
    const instead = ([name, { step }]: [string, { step: string }]) => (made.has(name) ? [step] : []);
    const needless = new Set(Object.entries(told.silent).flatMap(instead));
    const why = (name: string, because: string[] = []) => {
        const { seen } = told.silent[name] ?? {};
        const rest = seen === undefined ? because : because.filter((property) => !ofStopped.includes(property));
        // That a new one is not there yet is no news.
        const reasons = [...(seen === undefined || seen === noContainer ? [] : [`seen ${seen}`]), ...rest];
        return reasons.length > 0 ? ` (${reasons.join(", ")})` : "";
    };
    const created = named(of("server", "create")).map((name) =>
        change("data", name)?.op === "create"
            ? `${name}: new server${why(name)}`
            : `${name}: new container, on the data volume that is there${why(name)}`,
    );
    const volumes = named(of("data", "create"))
        .filter((name) => change("server", name)?.op !== "create")
        .map((name) => `${name}: new data volume, which is empty`);
    const emptied = named(of("data", "replace")).map((name) => `${name}: its data volume is replaced by an empty one`);
    const replaced = of("server", "replace")
        .filter(({ subject }) => !foretold.has(subject.name))
        .map(({ subject: { name }, because }) => `${name}: replaced${why(name, because)}`);
    const updated = of("server", "update").map(
        ({ subject, because }) => `${subject.name}: its container is changed as it runs (${because.join(", ")})`,
    );
    const files = named(of("files", "create", "replace")).filter((name) => {
        const server = change("server", name)?.op;
        return server !== "create" && server !== "replace" && !foretold.has(name);
    });
    const leaving = named(of("server", "delete")).map((name) => leaves(name, change("data", name), told.keys[name]));
    return [
        ...(passwords.length > 0 ? [`generate the passwords of ${passwords.join(", ")}`] : []),
        ...networks,
        ...created,
        ...volumes,
        ...emptied,
        ...told.rollout,
        ...replaced,
        ...updated,
        ...(files.length > 0 ? [`${files.join(", ")}: new configuration files`] : []),
        ...told.steps.filter((sentence) => !needless.has(sentence)),
        ...told.clients,
        ...drained.flatMap((master) => told.returning[master] ?? []),
        ...(of("convergence", "create", "update", "replace").length > 0
            ? ["converge: have every server do its part, and prove them usable"]
            : []),
        ...leaving,
        ...told.losses,
        ...named(of("network", "delete")).map((name) => `${name}: remove its network`),
    ];
}

/** The changes, with the host in the name of whoever leaves it for another one. */
function apart(changes: readonly Change[]): Change[] {
    const isMade = ({ kind, name }: Change["subject"]) =>
        changes.some(({ op, subject }) => op === "create" && subject.kind === kind && subject.name === name);
    return changes.map((change) => {
        const { op, subject } = change;
        const moves = op === "delete" && subject.host !== undefined && isMade(subject);
        return moves ? { ...change, subject: { ...subject, name: `${subject.name}@${subject.host}` } } : change;
    });
}

function inOrder(changes: readonly Change[], declared: readonly string[]): Change[] {
    const rank = ({ subject: { name } }: Change) => {
        const at = declared.indexOf(name);
        return at < 0 ? declared.length : at;
    };
    return [...changes].sort((a, b) => rank(a) - rank(b));
}

function leaves(name: string, data: Change | undefined, keys: number | undefined): string {
    const held = keys ? `, with ${keys} ${keys === 1 ? "key" : "keys"},` : "";
    if (!data || data.stays) return `${name}: leaves; its container is removed, and its data volume${held} stays`;
    return `${name}: leaves; its container and its data volume${held} are deleted`;
}

/** Whether a change takes something away that a person may want to keep: an uptime, a server, data. */
export function isGrave(changes: readonly Change[]): boolean {
    return changes.some(
        ({ op, subject }) =>
            (op === "replace" && ["server", "data", "network"].includes(subject.kind)) ||
            (op === "delete" && ["server", "data", "network"].includes(subject.kind)),
    );
}
