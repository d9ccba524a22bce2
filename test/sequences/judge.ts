import { mayBeLost, type Window } from "./losses";
import type { Book } from "./servers/book";
import { type Holder, missing } from "./servers/data";

/** Compares what was acknowledged with what there is, after each action. */
export class Judge {
    /** Keys that are lost, and were judged. */
    private readonly gone = new Set<string>();

    constructor(private readonly book: Book) {}

    /** Ends a window: looks for everything that was acknowledged so far. What must not be is returned, each in a sentence. */
    async judge(window: Window, servers: Holder[]): Promise<string[]> {
        const { book, gone } = this;
        await book.more();
        window.to = book.count();
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
