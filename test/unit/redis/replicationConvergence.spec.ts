import assert from "node:assert/strict";
import fc from "fast-check";
import { quarantine } from "../../../redis/model/files/replicaOf";
import { buildModel, type Model, masterOf, nodeOf } from "../../../redis/model/model";
import { describeDraining } from "../../../redis/plan/drain/describe";
import { isDraining, treeWhileDraining } from "../../../redis/plan/drain/tree";
import { planRoles } from "../../../redis/plan/replication/roles";
import { type Change, observed, quarantined, told } from "./observed";
import { SimulatedTree } from "./simulatedTree";

const names = [..."abcde"];
/** Looks after which even the slowest convergence has ended. */
const patience = 60;

/** Whom each node replicates; the master nobody. */
type Parents = Record<string, string | undefined>;
/** What may have become of a server; `written to`: promoted by hand, and written to, beside the master. */
const upsets = ["emptied", "set aside", "pointed elsewhere", "written to", "silent", "loading", "gone"] as const;
type Upset = (typeof upsets)[number] | "none";

const forEachName = <T>(arbitrary: fc.Arbitrary<T>) =>
    fc.array(arbitrary, { minLength: names.length, maxLength: names.length });

const trees: fc.Arbitrary<Parents> = fc
    .record({ order: fc.shuffledSubarray(names, { minLength: 1 }), picks: forEachName(fc.nat()) })
    .map(({ order, picks }) =>
        Object.fromEntries(order.map((name, at) => [name, at === 0 ? undefined : order[(picks[at] ?? 0) % at]])),
    );

/** A tree that was declared, what has become of it, and the tree that is declared now: nodes may leave, others be new. */
const situations = fc.record({
    before: trees,
    after: fc.option(trees, { nil: undefined }),
    upsets: forEachName(fc.oneof(fc.constant<Upset>("none"), fc.constantFrom(...upsets))),
    behind: forEachName(fc.integer({ min: 0, max: 99 })),
    backlogFrom: fc.constantFrom(1, 950, 1001),
    synchronisations: fc.integer({ min: 1, max: 2 }),
    durations: forEachName(fc.integer({ min: 1, max: 3 })),
});
type Situation = typeof situations extends fc.Arbitrary<infer T> ? T : never;

function begin({ before, after = before, upsets, behind, backlogFrom, synchronisations, durations }: Situation) {
    const model = (parents: Parents): Model => {
        const nodes = Object.entries(parents).map(([name, replicaOf]) => ({ name, host: name, port: 6379, replicaOf }));
        const hosts = names.map((name) => ({ name, address: name }));
        return buildModel({ image: "redis:8.0.2", synchronisations, hosts, nodes }, { id: "id", prefix: "redis-test" });
    };
    const [live, declared] = [model(before), model(after)];
    const [old, master] = [masterOf(live).name, masterOf(declared).name];
    /** A node and those above it. */
    const path = (name: string | undefined): string[] => (name ? [name, ...path(before[name])] : []);
    const upsetOf = (name: string): Upset => {
        const upset = upsets[names.indexOf(name)] ?? "none";
        // A declared master that is gone is refused before.
        if (upset === "gone" && name === master) return "none";
        // Which of two masters counts is the declaration's to say: here it is the old one, which is well.
        const counts = name === old || upsetOf(old) !== "none" || path(master).includes(name);
        return upset === "written to" && counts ? "none" : upset;
    };
    const data = (offset: number, history: object) => ({
        offset,
        keys: offset,
        history: { id: "m", ...history, backlogFrom: Math.min(backlogFrom, offset + 1) },
        role: "replica" as const,
        linkUp: false,
    });
    const changeOf = (name: string): Change => {
        // What is nearest above decides over the link and the data.
        const above = path(name).find((one) => upsetOf(one) !== "none");
        const astray = above && upsetOf(above) === "written to";
        const seen = astray
            ? data(905, { id: `promotion of ${above}`, earlier: { id: "m", until: 901 } })
            : data(above && name !== old ? 1000 - (behind[names.indexOf(name)] ?? 0) : 1000, {});
        const known =
            name === old ? { role: "master" as const } : { following: { host: before[name] ?? "", port: 6379 } };
        switch (upsetOf(name)) {
            case "emptied":
                return { ...quarantined, history: { id: `own of ${name}` } };
            case "set aside":
                return { ...seen, following: quarantine };
            case "pointed elsewhere":
                return { ...seen, following: { host: "elsewhere", port: 6379 } };
            case "written to":
                return { ...seen, role: "master", following: undefined };
            case "gone":
                return { gone: "its host is declared down" };
            default:
                return { ...seen, ...known, linkUp: name !== old && (!above || !!astray) };
        }
    };
    const changes = Object.fromEntries(Object.keys(before).map((name) => [name, changeOf(name)]));
    const tree = new SimulatedTree(observed(live, changes, declared), synchronisations, durations);
    const keys = Math.max(...tree.live().map((redis) => redis.keys));
    for (const name of Object.keys(before)) {
        const upset = upsetOf(name);
        if (upset === "silent" || upset === "loading") tree.delay(name, upset);
    }
    return { declared, tree, keys };
}

/** The tree as declared, those that are gone left out: what is below them is one higher. */
function expected(model: Pick<Model, "nodes">, there: string[], keys: number): string[] {
    const role = (name: string): string => {
        const { replicaOf } = nodeOf(model, name);
        if (!replicaOf) return "master";
        return there.includes(replicaOf) ? `replica of ${replicaOf}` : role(replicaOf);
    };
    return there.map((name) => `${name}: ${role(name)}, ${keys} keys`);
}

/** Does what is planned until nothing is left; what was told. */
function settle(model: Model, tree: SimulatedTree): string[] {
    const lines: string[] = [];
    for (let look = 0; look < patience; look++) {
        const plan = planRoles(treeWhileDraining(model, tree.servers), tree.servers);
        if (plan.steps.length + plan.waiting.length === 0 && !tree.waiting) break;
        lines.push(...told(plan));
        for (const step of plan.steps) tree.apply(step);
        tree.pass();
    }
    return lines;
}

const thereOf = (tree: SimulatedTree): string[] =>
    tree.servers.filter(({ declared, gone }) => declared && !gone).map(({ node }) => node);

describe("roles of any tree, whatever has become of it", () => {
    it("end as declared, with the data of whoever had most, never too many full synchronisations at a time", () => {
        fc.assert(
            fc.property(situations, (situation) => {
                const { declared, tree, keys } = begin(situation);
                const lines = settle(declared, tree);
                const there = thereOf(tree);
                assert.deepEqual(tree.outcome(there), expected(declared, there, keys), lines.join("\n"));
            }),
            { numRuns: 1000 },
        );
    });

    it("leave hosts that drain alone, with all data elsewhere, and end as declared when these are back", () => {
        fc.assert(
            fc.property(situations, forEachName(fc.boolean()), (situation, away) => {
                const { declared, tree, keys } = begin(situation);
                const there = thereOf(tree);
                const hosts = declared.hosts.map((host, index) =>
                    away[index] ? { ...host, draining: true as const } : host,
                );
                const draining: Model = { ...declared, hosts };
                fc.pre(there.some((name) => !isDraining(draining, nodeOf(draining, name))));
                const lines = settle(draining, tree);
                const left = treeWhileDraining(draining, tree.servers);
                assert.equal(isDraining(draining, masterOf(left)), false, lines.join("\n"));
                for (const { replicaOf } of left.nodes)
                    assert.ok(!replicaOf || !isDraining(draining, nodeOf(left, replicaOf)), lines.join("\n"));
                assert.deepEqual(tree.outcome(there), expected(left, there, keys), lines.join("\n"));
                const sentences = describeDraining(draining, tree.servers, true);
                assert.ok(
                    sentences.every((sentence) => / may be rebooted: /.test(sentence)),
                    sentences.join("\n"),
                );

                // Whoever leaves is deleted at the end of an update.
                tree.servers.splice(0, Infinity, ...tree.servers.filter((server) => server.declared));
                lines.push("back", ...settle(declared, tree));
                assert.deepEqual(tree.outcome(there), expected(declared, there, keys), lines.join("\n"));
            }),
            { numRuns: 1000 },
        );
    });
});
