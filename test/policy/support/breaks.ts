import { deepStrictEqual, match, ok } from "node:assert/strict";
import { goodPassword } from "./baseline";
import { type Declared, judge, summary, type Violation } from "./judge";

/** One way to break a sound stack, and everything that the pack then says. */
export interface Break {
    /** What is broken. */
    readonly it: string;
    readonly baseline: () => Declared[];
    readonly change: (resources: Declared[]) => unknown;
    /** `policy resource`, all of them. */
    readonly expect: readonly string[];
    /** What the message of the first one says. */
    readonly says?: RegExp;
    /** Parameters by policy. */
    readonly config?: Record<string, object>;
}

/** Makes a test of each break: the whole pack is run, and says this and nothing else. */
export function breaks(title: string, cases: readonly Break[]): void {
    describe(title, () => {
        for (const { it: name, baseline, change, expect, says, config } of cases) {
            it(name, () => {
                const resources = baseline();
                const before = summary(judge(resources));
                change(resources);
                const violations = judge(resources, config);
                const added = summary(violations).filter((violation) => !before.includes(violation));
                deepStrictEqual(added, [...expect].sort());
                if (says !== undefined) {
                    const policy = expect[0]?.split(" ")[0];
                    match(violations.find((violation) => violation.policy === policy)?.message ?? "", says);
                }
                violations.forEach(wellFormed);
            });
        }
    });
}

/** A message names the node and the setting, says what is wrong and what to write, and never shows a password. */
export function wellFormed({ message, resource }: Violation): void {
    ok(message.includes(": ") && message.endsWith("."), message);
    ok(message.length > 40 && !message.includes("undefined") && !message.includes("Symbol("), message);
    ok(!message.includes("  ") && !/\.\.$/.test(message), message);
    ok(resource !== "?", message);
    for (const secret of [goodPassword, "hunter2", "123456"]) {
        ok(!message.includes(secret), message);
    }
}
