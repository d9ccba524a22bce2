import type { Action } from "./actions";
import type { Declaration } from "./declaration";
import { copySurvives, mayBeLost, type Window } from "./losses";
import type { Book } from "./servers/book";
import { type Holder, missing } from "./servers/data";

/** Compares what was acknowledged with what there is, after each action. */
export class Judge {
    /** Keys that are lost, and were judged. */
    private readonly gone = new Set<string>();
    /** How many writes were looked for so far. */
    private looked = 0;

    constructor(private readonly book: Book) {}

    /** Sees to it that there is something that every server has. */
    async begin(servers: Holder[]): Promise<void> {
        await this.book.more();
        this.looked = this.book.count();
        const { lost, behind } = await missing(servers, this.book.keys().slice(0, this.looked));
        if (lost.length + behind.length > 0) throw new Error("lost: what was written before any change");
    }

    /** The window of an action that begins now. */
    window(action: Action, before: Declaration, after: Declaration): Window {
        const { shape } = before;
        const survives = copySurvives(before, after, action);
        return { action, shape, copySurvives: survives, from: this.looked, to: 0, lost: 0, gap: 0 };
    }

    /** Ends a window: looks for everything that was acknowledged so far. What must not be is returned, each in a sentence. */
    async judge(window: Window, servers: Holder[]): Promise<string[]> {
        const { book, gone } = this;
        await book.more();
        window.to = this.looked = book.count();
        window.gap = book.takeGap();
        const keys = book.keys().slice(0, window.to);
        const numbers = new Map(keys.map((key, number) => [key, number]));
        const { lost, behind } = await missing(
            servers,
            keys.filter((key) => !gone.has(key)),
        );
        window.lost = lost.length;
        const timeOf = (key: string) => book.time(numbers.get(key) ?? 0);
        const wrongly = lost.filter((key) => !mayBeLost(window, numbers.get(key) ?? 0, timeOf(key)));
        for (const key of lost) gone.add(key);
        const [first] = wrongly;
        if (!first) return behind.map(({ node, keys }) => `behind: ${node} lacks ${keys} keys of the server above it`);
        const { struck } = window;
        const when = struck === undefined ? "" : `, the first ${Math.round(timeOf(first) - struck)} ms after the fault`;
        return [`lost: ${wrongly.length} of ${keys.length} acknowledged writes${when}`];
    }
}
