import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { median } from "../support/report";
import { charts, nameOf, tools } from "./charts";
import { type Goal, goals, valuesOf } from "./goals";
import { type Cell, cellsOf, type Measure, measures, type Sample } from "./results";

const docs = join(__dirname, "..", "..", "docs");

/** Writes what is made of the results: the tables of docs/performance.md, and the charts beside the results. */
export function writePage(samples: readonly Sample[]): void {
    const cells = cellsOf(samples);
    const file = join(docs, "performance.md");
    writeFileSync(file, withResults(readFileSync(file, "utf8"), cells));
    for (const [name, { svg }] of Object.entries(charts(cells))) writeFileSync(join(docs, "performance", name), svg);
}

/** A page with what is between its marks made anew from results. */
export function withResults(page: string, cells: readonly Cell[]): string {
    const parts: Record<string, () => string[]> = {
        goals: () => goalsTable(cells),
        charts: () => images(cells),
        all: () => allTable(cells),
    };
    return page.replaceAll(/(<!-- (\w+): .*-->\n)[\s\S]*?(<!-- end -->)/g, (_, begin, name, end) =>
        [begin, ...(parts[name]?.() ?? []), "", end].join("\n"),
    );
}

/** The tools of others. */
const peers = Object.keys(tools).filter((tool) => tool !== "ours" && tool !== "before");

function goalsTable(cells: readonly Cell[]): string[] {
    const cellOf = (tool: string, { measure, nodes }: Goal) =>
        cells.find((cell) => cell.tool === tool && cell.measure === measure && cell.nodes === nodes);
    const rows = goals.map((goal) => {
        const now = valuesIn(cellOf("ours", goal), goal);
        const earlier = valuesIn(cellOf("before", goal), goal);
        const others = peers.map((tool) => {
            const values = goal.of === "lines" ? [] : valuesIn(cellOf(tool, goal), goal);
            return values.length > 0 ? amount(median(values), goal.of) : "";
        });
        const before = earlier.length > 0 ? spread(earlier, goal.of) : goal.before && amount(goal.before, goal.of);
        const state = now.length > 0 ? stateOf(median(now), goal) : "";
        return [
            goal.what,
            amount(goal.goal, goal.of),
            now.length > 0 ? `${spread(now, goal.of)}, n=${now.length}` : "not measured yet",
            state,
            ...others,
            before || "",
        ];
    });
    return table(["", "goal", "now", "", ...peers.map((tool) => nameOf(tool)), "before"], rows);
}

function valuesIn(cell: Cell | undefined, { of }: Goal): number[] {
    return cell ? valuesOf(cell, of) : [];
}

function stateOf(now: number, { goal, of }: Goal): string {
    return now <= goal ? "reached" : `missed by ${amount(now - goal, of)}`;
}

function images(cells: readonly Cell[]): string[] {
    const shown = Object.entries(charts(cells)).map(([name, { title }]) => `![${title}](performance/${name})`);
    return shown.join("\n\n").split("\n");
}

const titles: Record<Measure, string> = {
    up: "nothing to do",
    first: "from nothing to usable",
    "first-hosts": "the same over three hosts",
    change: "a changed setting",
    "upgrade-hosts": "upgrade over three hosts",
    down: "everything removed",
    status: "`npm run status`",
    policy: "`npm run policy`",
};

function allTable(cells: readonly Cell[]): string[] {
    const order = (cell: Cell) => measures.indexOf(cell.measure) * 1000 + cell.nodes;
    const byTool = (cell: Cell) => Object.keys(tools).indexOf(cell.tool);
    const sorted = [...cells].sort((a, b) => order(a) - order(b) || byTool(a) - byTool(b));
    const rows = sorted.map((cell) => [
        titles[cell.measure],
        cell.nodes > 0 ? `${cell.nodes}` : "",
        nameOf(cell.tool),
        spread(valuesOf(cell, "s"), "s"),
        `${cell.milliseconds.length}`,
        isOurs(cell) ? `${median(cell.lines)}` : "",
        cell.pauses.length > 0 ? spread(cell.pauses, "ms") : "",
        cell.errors
            .map((error) => `${(/CLUSTERDOWN|LOADING|READONLY|E[A-Z]+|MaxRetries\w*/.exec(error) ?? [error])[0]}`)
            .filter(distinct)
            .join(", "),
    ]);
    return [
        ...table(["", "nodes", "", "median [least-most]", "n", "lines", "pause of writers", "their errors"], rows),
        "",
        ...runs(cells),
    ];
}

/** When the results are from, and how idle the machine was. */
function runs(cells: readonly Cell[]): string[] {
    const sessions = [...new Set(cells.map(({ session }) => session))].sort();
    return sessions.map((session) => {
        const own = cells.filter((cell) => cell.session === session);
        const versions = own
            .map(({ tool, version }) => `${nameOf(tool.replace("-tuned", ""))} ${version}`)
            .filter(distinct);
        const when = session.slice(0, 16).replace("T", " ");
        return `- Run of ${when}: ${versions.join(", ")}; load of the machine when it began: ${own[0]?.load}.`;
    });
}

const isOurs = ({ tool }: Cell): boolean => tool === "ours" || tool === "before";
const distinct = <T>(one: T, index: number, all: readonly T[]): boolean => all.indexOf(one) === index;

function amount(value: number, of: Goal["of"]): string {
    if (of === "lines") return `${value}`;
    return of === "ms" ? `${Math.round(value)} ms` : `${value.toFixed(value < 10 ? 2 : 1)} s`;
}

function spread(values: readonly number[], of: Goal["of"]): string {
    const digits = of === "s" ? 2 : 0;
    const [least, most] = [Math.min(...values), Math.max(...values)].map((value) => value.toFixed(digits));
    return `${amount(median(values), of)}${least === most ? "" : ` [${least}-${most}]`}`;
}

function table(head: string[], rows: string[][]): string[] {
    return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`);
}
