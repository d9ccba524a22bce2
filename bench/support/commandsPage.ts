import { type Command, helpOf } from "../../scripts/cli/options";
import { command as connect } from "../../scripts/commands/connect";
import { command as down } from "../../scripts/commands/down";
import { command as plan } from "../../scripts/commands/plan";
import { command as policy } from "../../scripts/commands/policy";
import { command as repair } from "../../scripts/commands/repair";
import { command as rotate } from "../../scripts/commands/rotate";
import { command as status } from "../../scripts/commands/status";
import { command as up } from "../../scripts/commands/up";

/** What a command printed once. */
export interface Recording {
    title: string;
    isTerminal: boolean;
    name: string;
    args: string[];
    code: number;
    output: string;
    /** What the stack was called, and its ports, which are others every time. */
    stack: string;
    ports: number[];
}

/** What the commands' help says. */
export const helps = [up, plan, down, status, connect, policy, rotate, repair].map((command) =>
    helpOf(command as Command),
);

/** The page with what the commands say and print. */
export function commandsPage(recordings: readonly Recording[]): string {
    return [
        "# What the commands print",
        "",
        "Made by `npm run bench -- recordings`. Times are `_ s` here, and what a terminal shows in place is below each recording.",
        "Colours are left out: nothing is told by them alone.",
        "",
        "## Help",
        ...helps.flatMap((help) => ["", "```", help, "```"]),
        ...["Without a terminal", "On a terminal"].flatMap((title, index) => [
            "",
            `## ${title}`,
            ...recordings.filter(({ isTerminal }) => isTerminal === (index === 1)).flatMap(section),
        ]),
        "",
    ].join("\n");
}

/** A page with the help as it is now. */
export function withHelp(page: string): string {
    const fresh = commandsPage([]);
    const recorded = (text: string) => text.indexOf(firstRecorded);
    return fresh.slice(0, recorded(fresh)) + page.slice(recorded(page));
}

/** Where the recordings begin. */
const firstRecorded = "## Without a terminal";

function section(recording: Recording): string[] {
    const { title, name, args, code } = recording;
    const { printed, inPlace } = screen(normalised(recording));
    const words = [`npm run ${name}`, ...(args.length > 0 ? ["--", ...args] : [])].join(" ");
    return [
        "",
        `### ${title}`,
        "",
        "```",
        `$ ${words}`,
        ...withoutTurn(printed),
        ...(code === 0 ? [] : [`(ends with ${code})`]),
        "```",
        ...(inPlace.length > 0 ? ["", "In place, one after the other:", "", "```", ...inPlace, "```"] : []),
    ];
}

/** The output without what is another time or another machine. */
function normalised({ output, stack, ports }: Recording): string {
    const named = ports.reduce((text, port, index) => {
        const shown = String(6379 + index);
        // Columns stay as wide as they were.
        return text.replaceAll(`${port}  `, `${shown.padEnd(String(port).length)}  `).replaceAll(String(port), shown);
    }, output);
    return named
        .replaceAll(stack, "dev")
        .replace(/\b\d+(\.\d)? s\b/g, "_ s")
        .replace(/ \(compiled, plugins of offline\/\)/g, "")
        .replace(/Docker [\d.]+[^,\s]*/g, "Docker VERSION")
        .replace(/\b\d\.\d MiB/g, "1.0 MiB")
        .replace(/\b[0-9a-f]{12}\b/g, "CONTAINER");
}

/** Lines with what is done side by side, and ends in another order each time, in the order of names. */
export function withoutTurn(lines: readonly string[]): string[] {
    const kind = (line = "") => /^ {2}\w+: (created|container \w+|data volume \w+) \(_ s\)$/.exec(line)?.[1];
    const sorted: string[] = [];
    for (let at = 0; at < lines.length; ) {
        let end = at + 1;
        while (kind(lines[at]) && kind(lines[end]) === kind(lines[at])) end++;
        sorted.push(...lines.slice(at, end).sort((a, b) => (a > b ? 1 : -1)));
        at = end;
    }
    return sorted;
}

/** Of what was shown in place, what takes a while each time. */
export function whatTakesTime(texts: readonly string[]): string[] {
    return texts.filter((text) => !/ (password|network|data|configuration|image|files|server) of |, /.test(text));
}

/** What is left on a screen, and what was shown in place meanwhile, each text once. */
export function screen(output: string): { printed: string[]; inPlace: string[] } {
    const lines: string[] = [""];
    const inPlace = new Set<string>();
    let row = 0;
    // biome-ignore lint/suspicious/noControlCharactersInRegex: what terminals are told with.
    for (const [part] of output.replaceAll("\r", "").matchAll(/\u001b\[[\d;?]*[A-Za-z]|\n|[^\u001b\n]+/g)) {
        if (part === "\n") lines[++row] ??= "";
        // biome-ignore lint/suspicious/noControlCharactersInRegex: the same.
        else if (/^\u001b\[\d*A$/.test(part)) row = Math.max(0, row - Number(part.slice(2, -1) || 1));
        else if (part.endsWith("K")) lines[row] = "";
        else if (!part.startsWith("\u001b")) lines[row] += part;
        const [, text] = /^ *[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] (.*\))/.exec(lines[row] ?? "") ?? [];
        if (text) inPlace.add(`  ${text}`);
    }
    const printed = lines
        .map((line) => line.trimEnd())
        .filter((line) => !/vm\.overcommit_memory|keep it in \/etc\/sysctl/.test(line));
    while (printed.at(-1) === "") printed.pop();
    return { printed, inPlace: whatTakesTime([...inPlace]) };
}
