/** Whether an error is a fault of this program, which the next try would meet again. */
export function isOwnFault(error: unknown): boolean {
    return [TypeError, RangeError, ReferenceError, SyntaxError].some((kind) => error instanceof kind);
}
