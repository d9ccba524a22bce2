import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { AnalyzerInfo } from "@pulumi/pulumi/proto/analyzer_pb";
import { withCatalogue } from "../../policies/catalogue/catalogue";
import { policies } from "../../policies/index";
import { policyNamed } from "./support/judge";

const pack = join(__dirname, "..", "..", "policies");

describe("the catalogue of policies", () => {
    it("is up to date: else run `npx tsx policies/catalogue/write.ts`", () => {
        const readme = readFileSync(join(pack, "README.md"), "utf8");
        strictEqual(withCatalogue(readme, policies), readme);
    });

    it("lists every policy file exactly once, under a name of its own", () => {
        const folders = ["access", "network", "secrets", "container", "data", "shape"];
        const files = folders.flatMap((folder) => readdirSync(join(pack, folder)));
        strictEqual(policies.length, files.length);
        strictEqual(new Set(policies.map(({ name }) => name)).size, policies.length);
    });

    it("says of each policy what it rests on, and where its subject is explained", () => {
        for (const { name, framework, url } of policies) {
            ok(framework?.name && framework.version && framework.reference && framework.specification, name);
            match(url ?? "", /^https:\/\/(redis\.io\/docs|docs\.docker\.com|www\.pulumi\.com\/docs)\/[\w./#-]+$/, name);
        }
        const numbers = policies.flatMap(({ framework }) =>
            framework?.name === "CIS Docker Benchmark" ? [framework.reference] : [],
        );
        ok(numbers.length >= 10 && numbers.every((number) => /^[45]\.\d+$/.test(number)), numbers.join());
        strictEqual(new Set(numbers).size, numbers.length);
    });

    it("gives Pulumi all of it", () => {
        const { makeAnalyzerInfo } = require("@pulumi/policy/protoutil");
        const info: AnalyzerInfo.AsObject = makeAnalyzerInfo("pack", "1", "advisory", { policies }).toObject();
        for (const [index, { name, remediationSteps, url, framework }] of policies.entries()) {
            const told = info.policiesList[index];
            deepStrictEqual(
                [told?.name, told?.remediationSteps, told?.url, told?.framework],
                [name, remediationSteps, url, framework],
            );
        }
    });

    it("describes each policy in full", () => {
        for (const { name, description, reason, remediationSteps, severity, configSchema } of policies) {
            match(name, /^redis-[a-z]+(-[a-z]+)*$/);
            match(description, /^[A-Z`/].*[.)]\.?$/s, name);
            ok(reason.length > 40 && /\.$/.test(reason), name);
            ok((remediationSteps ?? "").length > 20 && /\.$/.test(remediationSteps ?? ""), name);
            ok(severity !== undefined, name);
            for (const schema of Object.values(configSchema?.properties ?? {})) {
                ok(schema.default !== undefined && (schema.description ?? "").endsWith("."), name);
            }
        }
    });
});

describe("the presets", () => {
    for (const file of readdirSync(join(pack, "presets"))) {
        it(`${file} names existing policies, levels and parameters`, () => {
            const preset = JSON.parse(readFileSync(join(pack, "presets", file), "utf8")) as Record<string, unknown>;
            for (const [name, value] of Object.entries(preset)) {
                const policy = policyNamed(name);
                const { enforcementLevel, ...parameters } = (
                    typeof value === "string" ? { enforcementLevel: value } : value
                ) as { enforcementLevel: string };
                ok(["advisory", "mandatory", "disabled"].includes(enforcementLevel), `${name}: ${enforcementLevel}`);
                const declared = Object.keys(policy.configSchema?.properties ?? {});
                deepStrictEqual(
                    Object.keys(parameters).filter((key) => !declared.includes(key)),
                    [],
                    name,
                );
            }
        });
    }
});
