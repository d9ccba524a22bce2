import assert from "node:assert/strict";
import { parseMemory } from "../../redis/settings/sizes";
import { type Outside, outside, type Server } from "./outside";
import type { Stack } from "./project";

/** What Redis changes by itself, or convergence for a moment: no part of a declaration. */
const passing = new Set(["replicaof", "slaveof", "repl-diskless-sync-delay", "cluster-node-timeout"]);

/** A pattern of a sentence, and what is to be seen once it has come true. */
type Meaning = [RegExp, (...words: string[]) => string[]];

const meanings: Meaning[] = [
    [/^generate the passwords of (.+)$/, (users) => each(users, /, /, (user) => `password of ${user}`)],
    [/^\S+: make its network$/, () => ["network made"]],
    [/^(\S+): new server$/, (node) => [`${node} created`, `data of ${node} made`]],
    [/^(\S+): new container, on the data volume that is there/, (node) => [`${node} created`]],
    [/^(\S+): replaced\b/, (node) => [`${node} replaced`]],
    [/^(\S+): its container is changed as it runs /, (node) => [`container of ${node} changed`]],
    [/^(.+): new configuration files$/, (nodes) => each(nodes, /, /, (node) => `files of ${node} made anew`)],
    [
        /^(\S+): set (.+)$/,
        (node, changes) =>
            each(changes, /, (?=\S+ .* -> )/, (change) => {
                const [, name = "", was = "", now = ""] = /^(\S+) (.+) -> (.+)$/.exec(change) ?? [];
                return `${node}: ${name} ${plain(was)} -> ${plain(now)}`;
            }),
    ],
    [
        /^\S+: change users: (.+)$/,
        (users) =>
            each(
                users,
                /; /,
                (user) =>
                    `password of ${/^(\S+) \((another password|takes the new password as well)\)$/.exec(user)?.[1]}`,
            ),
    ],
    [/^user (\S+): another password, and the old one ends:/, (user) => [`password of ${user}`]],
    [/^(\S+): hand over to (\S+),/, (from, to) => [`${to} master`, `${from} follows ${to}`]],
    [/^(\S+): become master in place of /, (node) => [`${node} master`]],
    [/^(\S+): (?:follow|replicate) (\S+)/, (node, master) => [`${node} follows ${master}`]],
    [
        /^(\S+): move (\d+) slots? to (\S+) /,
        (from, count, to) => [`slots of ${from} ${-Number(count)}`, `slots of ${to} ${Number(count)}`],
    ],
    [
        /^(\S+): leaves; its container and its data volume.* are deleted$/,
        (node) => [`${node} removed`, `data of ${node} deleted`],
    ],
    [/^(\S+): leaves; its container is removed, and its data volume.* stays$/, (node) => [`${node} removed`]],
    // What comes of these is proved by others.
    [/^converge: have every server do its part, and prove them usable$/, () => []],
    [/^clients: /, () => []],
];

const each = (list = "", between: RegExp, meaning: (one: string) => string): string[] =>
    list.split(between).map(meaning);

/** A value as Redis shows it. */
const plain = (value: string): string => (value === "(empty)" ? "" : String(parseMemory(value) ?? value));

/** The lines of the plan in what `npm run plan` or `npm run up` printed. */
function planIn(output: string): string[] {
    const [, text = ""] = /\nThe plan for the stack \S+:\n((?: {2}.*\n)*)/.exec(output) ?? [];
    return text.split("\n").flatMap((line) => (line ? [line.trim()] : []));
}

/** What a plan promises, each as it is to be seen afterwards. */
function promises(plan: readonly string[]): string[] {
    return plan.flatMap((sentence) => {
        const found = meanings.find(([pattern]) => pattern.test(sentence));
        assert.ok(found, `the plan says what no test understands: ${sentence}`);
        const [pattern, meaning] = found;
        return meaning(...(pattern.exec(sentence)?.slice(1) ?? []));
    });
}

/** What has become different, in the same words. */
function deeds(before: Outside, after: Outside): string[] {
    const [was, is] = [before.servers, after.servers];
    const had = Object.keys(was).length > 0;
    const both = Object.keys(is).flatMap((node) => {
        const [old, now] = [was[node], is[node]];
        return old && now ? changesOf(node, old, now) : [];
    });
    const users = had ? [] : [...new Set(Object.values(is).flatMap(({ passwords }) => Object.keys(passwords)))];
    const made = Object.keys(is).filter((node) => !was[node]);
    const slots = [...new Set([...Object.keys(was), ...Object.keys(is)])].flatMap((node) => {
        const difference = (is[node]?.slots ?? 0) - (was[node]?.slots ?? 0);
        return had && difference !== 0 ? [`slots of ${node} ${difference}`] : [];
    });
    return [
        ...both,
        ...slots,
        ...users.map((user) => `password of ${user}`),
        ...made.map((node) => `${node} created`),
        ...Object.keys(was).flatMap((node) => (is[node] ? [] : [`${node} removed`])),
        ...Object.keys(after.volumes).flatMap((node) => (before.volumes[node] ? [] : [`data of ${node} made`])),
        ...Object.keys(before.volumes).flatMap((node) => (after.volumes[node] ? [] : [`data of ${node} deleted`])),
        ...after.networks.flatMap((id) => (before.networks.includes(id) ? [] : ["network made"])),
    ];
}

function changesOf(node: string, was: Server, is: Server): string[] {
    const isReplaced = was.id !== is.id;
    const settings = Object.entries(is.settings).flatMap(([name, now]) => {
        const value = was.settings[name];
        return value === undefined || value === now || passing.has(name) ? [] : [`${node}: ${name} ${value} -> ${now}`];
    });
    const users = Object.entries(is.passwords).filter(([user, hashes]) => was.passwords[user] !== hashes);
    return [
        ...settings,
        ...users.map(([user]) => `password of ${user}`),
        ...(was.master !== is.master ? [is.master ? `${node} follows ${is.master}` : `${node} master`] : []),
        ...(isReplaced ? [`${node} replaced`] : []),
        ...(!isReplaced && was.startedAt !== is.startedAt ? [`${node} restarted`] : []),
        ...(!isReplaced && was.resources !== is.resources ? [`container of ${node} changed`] : []),
        ...(!isReplaced && was.files !== is.files ? [`files of ${node} made anew`] : []),
    ];
}

/** Holds what a plan said against what then happened: all that is said is done, and all that is done was said. */
function doneAsSaid(plan: readonly string[], before: Outside, after: Outside): void {
    const promised = promises(plan);
    const isReplaced = (node = "") => promised.includes(`${node} replaced`);
    // A new container comes with all of its settings, of which the plan names those that differ from what is declared only.
    const done = deeds(before, after).filter(
        (deed) => promised.includes(deed) || !isReplaced(/^(\S+): \S+ .* -> /.exec(deed)?.[1]),
    );
    assert.deepEqual(summed(done), summed(promised), plan.join("\n"));
}

/** Updates of a stack whose plans are held against what then happened. */
export class Said {
    private known = false;

    /** @param administrator passwords that are given to the administrator, in place of the generated one */
    constructor(
        private readonly stack: Stack,
        private readonly administrator: string[] = [],
    ) {}

    /** `npm run up`, which has to succeed and to do what its plan says, and nothing else; what it printed. */
    async applied(...args: string[]): Promise<string> {
        const before = await this.look();
        const output = await this.stack.applied(...args);
        doneAsSaid(planIn(output), before, await this.look());
        return output;
    }

    private async look(): Promise<Outside> {
        const { prefix } = this.stack;
        if (!this.known && (await this.stack.objects()).length > 0) {
            this.administrator.push(await this.stack.secret("administrator"));
            this.known = true;
        }
        return outside(prefix, this.administrator);
    }
}

/** Each once, in order; slots of one server added up. */
function summed(facts: string[]): string[] {
    const slots = new Map<string, number>();
    for (const fact of facts) {
        const [, node, count] = /^slots of (\S+) (-?\d+)$/.exec(fact) ?? [];
        if (node) slots.set(node, (slots.get(node) ?? 0) + Number(count));
    }
    const others = facts.filter((fact) => !fact.startsWith("slots of "));
    return [...new Set(others), ...[...slots].map(([node, count]) => `slots of ${node} ${count}`)].sort();
}
