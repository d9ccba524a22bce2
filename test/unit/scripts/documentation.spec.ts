import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import ts from "typescript";
import { parse } from "yaml";
import { judge } from "../../../redis/declaration/schema/judge";
import { deploymentSchema } from "../../../redis/declaration/schema/schema";
import { root } from "../../../scripts/setup/paths";

const pages = [
    "README.md",
    ...["docs", "policies", "offline"].flatMap((folder) =>
        readdirSync(join(root, folder))
            .filter((name) => name.endsWith(".md"))
            .map((name) => `${folder}/${name}`),
    ),
];
const textOf = (page: string) => readFileSync(join(root, page), "utf8");

interface Snippet {
    page: string;
    language: string;
    text: string;
}

const snippets: Snippet[] = pages.flatMap((page) =>
    [...textOf(page).matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].map(([, language = "", text = ""]) => ({
        page,
        language,
        text,
    })),
);
const written = (language: string) => snippets.filter((snippet) => snippet.language === language);

/** `GitHub` makes such an anchor of a heading. */
const anchorOf = (heading: string) =>
    heading
        .toLowerCase()
        .replaceAll(/[^\w\s-]/g, "")
        .trim()
        .replaceAll(" ", "-");

describe("the documentation", () => {
    it("has no link that leads nowhere", () => {
        for (const page of pages) {
            for (const [, target = ""] of textOf(page).matchAll(/\]\(([^)\s]+)\)/g)) {
                if (/^https?:/.test(target)) continue;
                const [path, anchor] = target.split("#");
                const file = path ? join(dirname(page), path) : page;
                assert.ok(existsSync(join(root, file)), `${page}: ${target}`);
                if (!anchor) continue;
                const headings = [...textOf(file).matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) => anchorOf(heading));
                assert.ok(headings.includes(anchor), `${page}: ${target}`);
            }
        }
    });

    it("shows keys of stack files that exist, with values that they may have", () => {
        const ofStackFiles = written("yaml").filter(({ text }) => /^redis:/m.test(text));
        assert.ok(ofStackFiles.length >= 4, `${ofStackFiles.length}`);
        for (const { page, text } of ofStackFiles) {
            const declared = Object.entries(parse(text) as object).map(([key, value]) => [key.slice(6), value]);
            const shown = Object.fromEntries(declared.filter(([key]) => !["passwords", "previous"].includes(key)));
            const { problems } = judge(deploymentSchema, { image: "redis:8", ...shown });
            assert.deepEqual(problems, [], `${page}:\n${text}`);
        }
    });

    it("shows keys in the tables of changes that exist", () => {
        const keys = Object.keys(deploymentSchema.properties);
        for (const page of pages.filter((page) => !page.startsWith("policies")))
            for (const [, key = ""] of textOf(page).matchAll(/`redis:([a-z]\w+)[:.`]/g))
                assert.ok([...keys, "passwords", "previous", "preflight"].includes(key), `${page}: redis:${key}`);
    });

    it("shows TypeScript and JSON that can be parsed", () => {
        for (const { page, text } of [...written("ts"), ...written("js")]) {
            const { diagnostics } = ts.transpileModule(text, { reportDiagnostics: true });
            assert.deepEqual(diagnostics, [], `${page}:\n${text}`);
        }
        for (const { text } of written("json")) JSON.parse(text);
    });

    it("shows diagrams of kinds that Mermaid draws, with brackets that are closed", () => {
        assert.ok(written("mermaid").length >= 8);
        for (const { page, text } of written("mermaid")) {
            assert.match(text, /^(flowchart (LR|TB)|sequenceDiagram)\n/, page);
            for (const [open, close] of [
                ["[", "]"],
                ["(", ")"],
                ["{", "}"],
            ] as const)
                assert.equal(text.split(open).length, text.split(close).length, `${page}: ${open} ${close}\n${text}`);
            assert.equal(
                (text.match(/^ *subgraph /gm) ?? []).length,
                (text.match(/^ *end$/gm) ?? []).length,
                `${page}\n${text}`,
            );
        }
    });

    it("names symptoms that this program or Redis says", () => {
        const [, table = ""] = textOf("README.md").split("## When something does not work\n");
        const [rows = ""] = table.split("\n## ");
        const symptoms = [...rows.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell = ""]) =>
            [...cell.matchAll(/`([^`]+)`/g)].map(([, symptom = ""]) => symptom),
        );
        assert.ok(symptoms.length >= 10);
        const sources = ["components", "reconcile", "redis", "scripts"].flatMap(sourcesIn).join("\n");
        for (const symptom of symptoms) {
            if (/^[A-Z]+$/.test(symptom)) continue;
            // Numbers are worked out.
            const [fixed = ""] = symptom.split(/\d/);
            assert.ok(sources.includes(fixed), symptom);
        }
    });
});

function sourcesIn(folder: string): string[] {
    return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return sourcesIn(path);
        return entry.name.endsWith(".ts") ? [readFileSync(join(root, path), "utf8")] : [];
    });
}
