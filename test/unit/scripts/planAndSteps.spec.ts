import assert from "node:assert/strict";
import fc from "fast-check";
import { Changes } from "../../../scripts/operation/changes";
import type { EngineEvent } from "../../../scripts/operation/events";
import { planWords } from "../../../scripts/operation/planWords";
import { Steps } from "../../../scripts/operation/steps";
import { replaced, step } from "./engineEvents";

/** What may be done to a node, by what Pulumi's engine does then; the same in a preview and in an update. */
const kinds = {
    "made with its data": (node: string) => [...step("create", "data", node), ...step("create", "server", node)],
    "made on data that is there": (node: string) => step("create", "server", node),
    "its data made": (node: string) => step("create", "data", node),
    replaced: (node: string) => [...replaced("files", node), ...replaced("server", node, ["image"])],
    "replaced with its data": (node: string) => [...replaced("data", node), ...replaced("server", node)],
    "changed as it runs": (node: string) => step("update", "server", node, { diffs: ["memory"] }),
    "its files made anew": (node: string) => replaced("files", node),
    removed: (node: string) => [...step("delete", "server", node), ...step("delete", "data", node)],
    "removed, its data kept": (node: string) => [
        ...step("delete", "server", node),
        ...step("delete", "data", node, { retainOnDelete: true }),
    ],
    "left alone": (node: string) => step("same", "server", node),
} satisfies Record<string, (node: string) => EngineEvent[]>;

/** What a sentence of the plan promises, and what a line of the update says has been done: the same words for the same thing. */
const promised: [RegExp, string][] = [
    [/^(\w+): new (server|container)/, "created"],
    [/^(\w+): replaced/, "replaced"],
    [/^(\w+): its container is changed as it runs/, "changed"],
    [/^(\w+): leaves;/, "removed"],
    [/^(\w+): leaves; .* deleted$/, "data deleted"],
    [/^(\w+): its data volume is replaced/, "data replaced"],
];
const done: [RegExp, string][] = [
    [/^(\w+): created/, "created"],
    [/^(\w+): replaced/, "replaced"],
    [/^(\w+): container changed as it runs/, "changed"],
    [/^(\w+): container removed/, "removed"],
    [/^(\w+): data volume deleted/, "data deleted"],
    [/^(\w+): data volume replaced/, "data replaced"],
];

function read(lines: readonly string[], meanings: [RegExp, string][]): string[] {
    const found = lines.flatMap((line) =>
        meanings.flatMap(([pattern, what]) => {
            const [, node] = pattern.exec(line) ?? [];
            return node ? [`${node} ${what}`] : [];
        }),
    );
    return found.sort();
}

describe("what the plan says and what the update says it has done", () => {
    const change = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom(...Object.keys(kinds)));

    it("are the same, whatever is done to whom", () => {
        fc.assert(
            fc.property(change, (chosen) => {
                const events = Object.entries(chosen).flatMap(([node, kind]) =>
                    kinds[kind as keyof typeof kinds](node),
                );
                const changes = new Changes();
                const steps = new Steps(() => 0);
                for (const event of events) changes.add(event);
                const lines = events.flatMap((event) => steps.after(event));
                assert.deepEqual(read(planWords(changes.all), promised), read(lines, done));
            }),
        );
    });

    it("know every kind of change", () => {
        for (const [kind, events] of Object.entries(kinds)) {
            const changes = new Changes();
            for (const event of events("a")) changes.add(event);
            assert.equal(planWords(changes.all).length > 0, kind !== "left alone", kind);
        }
    });
});
