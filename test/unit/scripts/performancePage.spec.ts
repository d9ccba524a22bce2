import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { charts } from "../../../bench/peers/charts";
import { withResults } from "../../../bench/peers/page";
import { cellsOf, readResults, type Sample } from "../../../bench/peers/results";
import { chart } from "../../../bench/support/chart";
import { root } from "../../../scripts/setup/paths";

const docs = join(root, "docs");

const sample = (more: Partial<Sample>): Sample => ({
    session: "2026-01-01T10:00:00.000Z",
    load: 0.1,
    tool: "ours",
    version: "abc1234",
    measure: "up",
    nodes: 6,
    milliseconds: 2000,
    ...more,
});

describe("the page on performance", () => {
    it("has the results as they are: `npm run bench -- peers page` writes it anew", () => {
        const cells = cellsOf(readResults());
        const page = readFileSync(join(docs, "performance.md"), "utf8");
        assert.equal(withResults(page, cells), page);
        for (const [name, { svg }] of Object.entries(charts(cells)))
            assert.equal(readFileSync(join(docs, "performance", name), "utf8"), svg, name);
    });

    it("has of each command the results of the latest run that measured it", () => {
        const later = "2026-01-02T10:00:00.000Z";
        const cells = cellsOf([
            sample({ milliseconds: 9000, lines: 50 }),
            sample({ session: later, milliseconds: 2000, lines: 12 }),
            sample({ session: later, milliseconds: 3000, lines: 12 }),
            sample({ tool: "terraform", version: "1.2.3", milliseconds: 2600 }),
        ]);
        assert.deepEqual(
            cells.map(({ tool, milliseconds, lines }) => ({ tool, milliseconds, lines })),
            [
                { tool: "ours", milliseconds: [2000, 3000], lines: [12, 12] },
                { tool: "terraform", milliseconds: [2600], lines: [] },
            ],
        );
    });

    it("says of each goal what is now, by how much it is missed, and what others take", () => {
        const marks = "<!-- goals: of results -->\nold\n<!-- end -->\nkept";
        const cells = cellsOf([
            sample({ milliseconds: 2500 }),
            sample({ milliseconds: 2400 }),
            sample({ milliseconds: 2600 }),
            sample({ tool: "terraform", version: "1.2.3", milliseconds: 2600 }),
            sample({ measure: "down", milliseconds: 1900 }),
        ]);
        const page = withResults(marks, cells);
        assert.match(
            page,
            /^\| the same, 6 nodes \| 2\.30 s \| 2\.50 s \[2\.40-2\.60\], n=3 \| missed by 0\.20 s \| 2\.60 s \| {2}\| {2}\| 7\.50 s \|$/m,
        );
        assert.match(page, /^\| `npm run down`, 6 nodes \| 2\.00 s \| 1\.90 s, n=1 \| reached \|/m);
        assert.match(page, /not measured yet/);
        assert.match(page, /<!-- end -->\nkept$/);
        assert.doesNotMatch(page, /old/);
    });
});

describe("a chart", () => {
    const svg = chart({
        title: "Up & down <again>",
        groups: [
            {
                name: "6 nodes",
                bars: [
                    { name: "this", colour: "blue", values: [2, 4, 1], goal: 3 },
                    { name: "other", colour: "orange", values: [8] },
                ],
            },
            { name: "nothing here", bars: [] },
        ],
    });
    const attributes = (pattern: RegExp) => [...svg.matchAll(pattern)].map((match) => match.slice(1).map(Number));

    it("has bars as long as medians, whiskers from the least to the most where there are several, and goals", () => {
        const [[first = 0] = [], [second = 0] = []] = attributes(/<rect x="190" y="[\d.]+" width="([\d.]+)"/g);
        assert.equal(second / first, 4);
        const second1 = second / 8;
        const about = (value: number) => Math.round((190 + value * second1) * 10) / 10;
        const whisker = new RegExp(`class="whisker" d="M${about(1)} [\\d.]+H${about(4)}M`, "g");
        assert.equal(svg.match(whisker)?.length, 1, svg);
        assert.equal(svg.match(/class="whisker" /g)?.length, 1);
        assert.match(svg, new RegExp(`class="goal" x1="${about(3)}" x2="${about(3)}"`));
    });

    it("has every value in words, texts escaped, and no group without a bar", () => {
        assert.match(svg, />2\.00 s \[1\.00-4\.00\], goal 3</);
        assert.match(svg, />8\.00 s</);
        assert.match(svg, /<title>Up &amp; down &lt;again><\/title>/);
        assert.doesNotMatch(svg, /nothing here/);
    });
});
