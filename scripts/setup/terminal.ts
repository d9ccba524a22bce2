import type { WriteStream } from "node:tty";
import { paint } from "./paint";

type LogUpdate = typeof import("log-update", { with: { "resolution-mode": "import" }});
const wrap: (text: string, columns: number) => string = require("wrap-ansi");

/** How often what is shown in place is drawn anew, in milliseconds. */
const interval = 100;
const frames = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/** What is shown in place, below all that was printed; the latest is at the bottom. */
const shown = new Set<() => string[]>();
let drawn: { draw: () => void; clear: () => void; timer: NodeJS.Timeout } | undefined;

/** Whether something can be shown in place: at a terminal that can, and whose user has not said that it cannot. */
export function canShow(stream: WriteStream = process.stderr): boolean {
    return stream.isTTY === true && stream.rows > 2 && process.env.TERM !== "dumb" && !process.env.CI;
}

/**
 * Has what is printed for nobody be lost: a terminal may be closed, and a pipe's reader may end. Else each such line is an
 * exception, which Pulumi's SDK prints while a program runs, for nobody, without an end.
 */
export function allowClosedStreams(): void {
    for (const stream of [process.stdout, process.stderr]) stream.on("error", () => undefined);
}

/** Prints a text on standard output: what a command was asked for. */
export function print(text: string): void {
    put(process.stdout, text, console.log);
}

/** Prints a text on standard error, so that a command's own output can be piped. */
export function say(text: string): void {
    put(process.stderr, text, console.error);
}

/**
 * Shows lines in place until the returned function is called, drawn anew all the time. Where nothing can be shown in place,
 * nothing is.
 */
export function show(lines: () => string[]): () => void {
    if (!canShow()) return () => undefined;
    shown.add(lines);
    drawn ??= begin();
    return () => {
        shown.delete(lines);
        if (shown.size > 0 || !drawn) return;
        clearInterval(drawn.timer);
        drawn.clear();
        drawn = undefined;
    };
}

function begin() {
    // Only here: most of what these commands do is over before there is anything to show.
    const { createLogUpdate } = require("log-update") as LogUpdate;
    const update = createLogUpdate(process.stderr);
    let frame = 0;
    const draw = () => {
        const lines = [...shown].flatMap((each) => each());
        const sign = frames[frame % frames.length];
        update(lines.map((line) => paint(`  ${sign} ${line}`, hasColours(process.stderr))).join("\n"));
    };
    const timer = setInterval(() => {
        frame++;
        draw();
    }, interval);
    return { draw, clear: () => update.clear(), timer: timer.unref() };
}

function put(stream: WriteStream, text: string, write: (text: string) => void): void {
    drawn?.clear();
    write(
        text
            .split("\n")
            .map((line) => fitted(paint(line, hasColours(stream)), stream.columns))
            .join("\n"),
    );
    drawn?.draw();
}

/** Whether a stream takes colours: a terminal that has them, unless NO_COLOR says that they are not wanted. */
function hasColours(stream: WriteStream): boolean {
    return stream.isTTY === true && stream.hasColors();
}

/** A line in as many lines as it needs, those that follow further to the right. Only a terminal has a width. */
export function fitted(line: string, columns: number | undefined): string {
    const [indent = ""] = /^ */.exec(line) ?? [];
    if (!columns || columns < indent.length + 20) return line;
    return indent + hanging(line.slice(indent.length), columns, indent.length + 2);
}

/** A text in as many lines as it needs, those that follow with so many spaces in front. */
export function hanging(text: string, columns: number, spaces: number): string {
    return wrap(text, columns - spaces).replaceAll("\n", `\n${" ".repeat(spaces)}`);
}
