import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { TSchema } from "@sinclair/typebox";
import { type DeploymentArguments, Topology } from "../../../redis/declaration/arguments";
import { configurationKeys } from "../../../redis/declaration/configuration";
import { deploymentSchema } from "../../../redis/declaration/schema/schema";
import { keysOf, objectsIn } from "../../../scripts/generate/schemaText";
import { elsewhere, outcomes, type Row, rows } from "./rows";
import { type Verdict, verdict } from "./verdict";

const root = join(__dirname, "..", "..", "..");
const file = join(root, "docs", "changes.md");

/** Two masters in a cluster, one in a tree; the last line is a replica's. */
const letters = ["a", "b", "c", "d", "e", "f"];
const base: Record<Topology, DeploymentArguments> = {
    replication: deployment("replication", ["", "a", "a", "a", "d", "a"]),
    sentinel: {
        ...deployment("sentinel", ["", "a", "a", "a", "a", "a"]),
        sentinels: [1, 2, 3].map((number) => ({ name: `s${number}`, port: 7100 + number })),
    },
    cluster: deployment("cluster", ["", "", "", "a", "b", "c"]),
};

function deployment(topology: Topology, masters: string[]): DeploymentArguments {
    const nodes = letters.map((name, at) => ({
        name,
        port: 7001 + at,
        ...(masters[at] ? { replicaOf: masters[at] } : {}),
    }));
    return { topology, image: "redis:8.0.2", nodes, data: "delete" };
}

const titleOf = ({ key, what }: Row) => (what ? `\`${key}\`: ${what}` : `\`${key}\``);

/** What the preview makes of a row, for each topology that has it. */
function walked({ from, to, outcome, passwords }: Row): Partial<Record<Topology, Verdict>> {
    const of = (topology: Topology): Verdict => {
        const before = from?.(base[topology]) ?? base[topology];
        return verdict(before, to(before), passwords);
    };
    return Object.fromEntries(
        Object.values(Topology)
            .filter((one) => outcome[one])
            .map((one) => [one, of(one)]),
    );
}

/** Keys that the stack file has: of lists and objects those of what is in them. */
const below: Record<string, string[]> = {
    ...Object.fromEntries(
        ["hosts", "nodes", "sentinels"].map((key) => [key, namesIn(key).map((name) => `${key}[].${name}`)]),
    ),
    cluster: namesIn("cluster").map((name) => `cluster.${name}`),
};

function namesIn(key: string): string[] {
    const [schema] = keysOf(deploymentSchema).filter(({ name }) => name === key);
    return objectsIn(schema?.schema as TSchema)
        .slice(0, 1)
        .flatMap((object) => Object.keys(object.properties));
}

/** The page, as it follows from what the preview made of each row. */
function page(): string {
    const refusals: string[] = [];
    const cell = (verdict: Verdict | undefined): string => {
        if (!verdict?.problem) return verdict?.outcome ?? "";
        const { path, message } = verdict.problem;
        const words = `${path && `\`${path}\`: `}${message}`;
        const at = refusals.includes(words) ? refusals.indexOf(words) : refusals.push(words) - 1;
        return `refused (${at + 1})`;
    };
    const lines = rows.map((row) => {
        const verdicts = walked(row);
        return `| ${titleOf(row)} | ${Object.values(Topology)
            .map((topology) => cell(verdicts[topology]))
            .join(" | ")} |`;
    });
    const others = Object.entries(elsewhere).map(([key, { words }]) => `| \`${key}\` | ${words} | | |`);
    return [
        "# Every change of a stack file",
        "",
        "This page is written from what the preview makes of each change of a deployment that runs (`WRITE=1 npm test --",
        "test/unit/changes/changes.spec.ts`); the test compares it. What each word means:",
        "",
        "- `live`: running servers are told; nothing is replaced.",
        "- `rolling`: containers are replaced one after the other, each when the one before is in sync, masters after a handover.",
        "- `moving`: new servers come beside the old ones, get the data, take over, and the old ones leave.",
        "- `remembered`: no server is touched; it says what later updates do.",
        "- `refused`: before anything is touched, with the path in the stack file and what would do.",
        "",
        `| change of | ${Object.values(Topology).join(" | ")} |`,
        `| --- |${" --- |".repeat(Object.values(Topology).length)}`,
        ...lines,
        ...others,
        "",
        "What the refusals say, for the servers `a` to `f` of the test:",
        "",
        ...refusals.map((words, at) => `${at + 1}. ${words}`),
        "",
    ].join("\n");
}

describe("every change of a stack file", () => {
    for (const row of rows) {
        it(`${titleOf(row)}: is what the table says`, () => {
            const seen = Object.entries(walked(row)).map(([topology, { outcome, problem }]) => [
                topology,
                outcome === row.outcome[topology as Topology] ? outcome : `${outcome} ${problem?.message ?? ""}`,
            ]);
            assert.deepEqual(Object.fromEntries(seen), row.outcome);
        });
    }

    it("has a row for every key, or a test of its own", () => {
        const keys = [...configurationKeys, "passwords", "preflight"].flatMap((key) => below[key] ?? [key]);
        const known = new Set([...rows.map(({ key }) => key), ...Object.keys(elsewhere)]);
        assert.deepEqual(
            keys.filter((key) => !known.has(key)),
            [],
        );
        for (const { test } of Object.values(elsewhere)) assert.ok(existsSync(join(root, test)), test);
    });

    it("stands in docs/changes.md", () => {
        const now = page();
        if (process.env.WRITE) writeFileSync(file, now);
        assert.equal(readFileSync(file, "utf8"), now);
        for (const outcome of outcomes) assert.ok(now.includes(`- \`${outcome}\`: `), outcome);
    });
});
