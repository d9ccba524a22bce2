/** Edits (insert, delete, replace, swap of neighbours) that turn one word into another. */
function distance(from: string, to: string): number {
    const rows: number[][] = [Array.from({ length: to.length + 1 }, (_, column) => column)];
    const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
    for (let row = 1; row <= from.length; row++) {
        rows.push([row]);
        for (let column = 1; column <= to.length; column++) {
            const same = from[row - 1] === to[column - 1];
            const swapped =
                row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
            rows[row]?.push(
                Math.min(
                    at(row - 1, column) + 1,
                    at(row, column - 1) + 1,
                    at(row - 1, column - 1) + (same ? 0 : 1),
                    swapped ? at(row - 2, column - 2) + 1 : Number.POSITIVE_INFINITY,
                ),
            );
        }
    }
    return at(from.length, to.length);
}

/** The known word that a misspelt one most likely means, or undefined when none is near. */
export function nearest(word: string, known: Iterable<string>): string | undefined {
    const wanted = word.toLowerCase();
    const limit = Math.max(1, Math.min(3, Math.floor(word.length / 3)));
    let best: { word: string; edits: number } | undefined;
    for (const candidate of known) {
        if (Math.abs(candidate.length - wanted.length) > limit) continue;
        const edits = distance(wanted, candidate.toLowerCase());
        if (edits <= limit && edits < (best?.edits ?? limit + 1)) best = { word: candidate, edits };
    }
    return best?.word;
}

/** `; did you mean X?`, or nothing when no known word is near. */
export function suggestion(word: string, known: Iterable<string>): string {
    const found = nearest(word, known);
    return found ? `; did you mean ${found}?` : "";
}
