import { median } from "./report";

/** Some values of one kind, in seconds. */
export interface Bar {
    name: string;
    /** Which of the colours. */
    colour: Colour;
    values: readonly number[];
    /** What it should be at most. */
    goal?: number;
}

export interface Chart {
    title: string;
    groups: { name: string; bars: Bar[] }[];
}

/** Colours that are told apart on light and on dark ground; each bar has its name beside it, too. */
const colours = {
    blue: "#2f81f7",
    grey: "#8b949e",
    orange: "#db6d28",
    yellow: "#bf8700",
    purple: "#8957e5",
} as const;
export type Colour = keyof typeof colours;

const [width, left, right, margin] = [760, 190, 200, 16];
const [row, bar] = [24, 14];

// The ground is the chart's own, so that its text can be read wherever it is shown.
const style = [
    "text{font:13px system-ui,sans-serif;fill:#1f2328}",
    ".title{font-weight:600;font-size:15px}",
    ".group{font-weight:600}",
    ".ground{fill:#ffffff;stroke:#d0d7de}",
    ".whisker{stroke:#1f2328;stroke-width:1.5;fill:none}",
    ".goal{stroke:#cf222e;stroke-width:2;stroke-dasharray:3 2}",
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.ground{fill:#0d1117;stroke:#30363d}",
    ".whisker{stroke:#e6edf3}.goal{stroke:#ff7b72}}",
].join("");

/** A chart of horizontal bars as SVG: medians, with whiskers from the least to the most, and the goals. */
export function chart({ title, groups }: Chart): string {
    const shown = groups.filter(({ bars }) => bars.length > 0);
    const bars = shown.flatMap((group) => group.bars);
    const most = Math.max(...bars.flatMap(({ values, goal = 0 }) => [...values, goal]));
    const x = (value: number) => round(left + (value / most) * (width - left - right));
    const parts: string[] = [];
    let y = margin + 16;
    const text = (at: number, line: number, what: string, more = "") =>
        parts.push(`<text x="${at}" y="${line}"${more}>${escaped(what)}</text>`);
    text(margin, y, title, ' class="title"');
    y += 10;
    for (const group of shown) {
        y += row;
        text(margin, y, group.name, ' class="group"');
        y += 8;
        for (const one of group.bars) {
            const { least, middle, greatest } = extremes(one.values);
            const centre = y + row / 2;
            text(left - 8, centre + 4, one.name, ' text-anchor="end"');
            const size = `width="${round(Math.max(1, x(middle) - left))}" height="${bar}"`;
            parts.push(`<rect x="${left}" y="${centre - bar / 2}" ${size} rx="2" fill="${colours[one.colour]}"/>`);
            if (one.values.length > 1) {
                const ends = [least, greatest].map((value) => `M${x(value)} ${centre - 4}v8`).join("");
                parts.push(`<path class="whisker" d="M${x(least)} ${centre}H${x(greatest)}${ends}"/>`);
            }
            if (one.goal !== undefined) {
                const at = `x1="${x(one.goal)}" x2="${x(one.goal)}"`;
                parts.push(`<line class="goal" ${at} y1="${centre - 11}" y2="${centre + 11}"/>`);
            }
            text(x(Math.max(greatest, one.goal ?? 0)) + 8, centre + 4, textOf(one));
            y += row;
        }
    }
    const height = y + margin;
    return [
        `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img">`,
        `<title>${escaped(title)}</title>`,
        `<style>${style}</style>`,
        `<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="6"/>`,
        ...parts,
        "</svg>",
        "",
    ].join("\n");
}

function textOf({ values, goal }: Bar): string {
    const { least, middle, greatest } = extremes(values);
    const spread = values.length > 1 ? ` [${least.toFixed(2)}-${greatest.toFixed(2)}]` : "";
    return `${middle.toFixed(2)} s${spread}${goal === undefined ? "" : `, goal ${goal}`}`;
}

function extremes(values: readonly number[]) {
    return { least: Math.min(...values), middle: median(values), greatest: Math.max(...values) };
}

const round = (value: number): number => Math.round(value * 10) / 10;
const escaped = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
