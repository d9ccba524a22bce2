/** Keys as bits of a number: each write of a sequence sets one of its own, so that a copy is compared in no time. */
export type Keys = number;

/** How many writes a sequence may have. */
export const mostWrites = 31;

/** How many keys there are. */
export function count(keys: Keys): number {
    let left = keys;
    let found = 0;
    for (; left !== 0; found++) left &= left - 1;
    return found;
}

/** The numbers of the writes, for messages. */
export function show(keys: Keys): string {
    return Array.from({ length: mostWrites }, (_, at) => at)
        .filter((at) => keys & (1 << at))
        .map((at) => `w${at}`)
        .join(" ");
}
