import { type Bar, type Chart, type Colour, chart } from "../support/chart";
import { goals, valuesOf } from "./goals";
import type { Cell, Measure } from "./results";

/** How tools are called and shown, in this order. */
export const tools: Record<string, { name: string; colour: Colour }> = {
    ours: { name: "this project", colour: "blue" },
    before: { name: "this project, earlier", colour: "grey" },
    terraform: { name: "Terraform", colour: "purple" },
    compose: { name: "Compose", colour: "orange" },
    "compose-tuned": { name: "Compose, tuned", colour: "yellow" },
};

/** The name of a tool to show. */
export const nameOf = (tool: string): string => tools[tool]?.name ?? tool;

interface Drawn {
    title: string;
    of: [Measure, number][];
    value: "s" | "pause";
}

const size = (measure: Measure): [Measure, number][] => [3, 6, 30].map((nodes) => [measure, nodes]);

/** The charts by their file's name. */
const drawn: Record<string, Drawn> = {
    up: { title: "Nothing to do", of: size("up"), value: "s" },
    first: { title: "From nothing to usable", of: [...size("first"), ["first-hosts", 6]], value: "s" },
    change: { title: "A changed setting, until usable again", of: size("change"), value: "s" },
    pause: { title: "Longest pause of writers while a setting changes", of: size("change"), value: "pause" },
    down: { title: "Everything removed", of: size("down"), value: "s" },
};

/** The charts of what was measured, as SVG, by their file's name. */
export function charts(cells: readonly Cell[]): Record<string, { title: string; svg: string }> {
    const made = Object.entries(drawn).flatMap(([name, one]) => {
        const groups = groupsOf(cells, one);
        if (groups.length === 0) return [];
        return [[`${name}.svg`, { title: one.title, svg: chart({ title: one.title, groups }) }] as const];
    });
    return Object.fromEntries(made);
}

function groupsOf(cells: readonly Cell[], { of, value }: Drawn): Chart["groups"] {
    return of.flatMap(([measure, nodes]) => {
        const bars = Object.keys(tools).flatMap((tool): Bar[] => {
            const cell = cells.find((one) => one.tool === tool && one.measure === measure && one.nodes === nodes);
            return cell ? [barOf(cell, value)] : [];
        });
        const name = `${nodes} nodes${measure === "first-hosts" ? " over three hosts" : ""}`;
        return bars.length > 0 ? [{ name, bars }] : [];
    });
}

function barOf(cell: Cell, value: Drawn["value"]): Bar {
    const named = { name: nameOf(cell.tool), colour: tools[cell.tool]?.colour ?? "grey" };
    if (value === "pause") return { ...named, values: cell.pauses.map((pause) => pause / 1000) };
    const goal = goals.find(
        ({ measure, nodes, of }) => of === "s" && measure === cell.measure && nodes === cell.nodes,
    )?.goal;
    return { ...named, values: valuesOf(cell, "s"), ...(cell.tool === "ours" && goal ? { goal } : {}) };
}
