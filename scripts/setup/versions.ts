/** Whether a version such as `v3.259.0` or `1.26` is `minimum` or newer. A suffix such as `-dev` does not count. */
export function isAtLeast(version: string, minimum: string): boolean {
    const [have, want] = [numbers(version), numbers(minimum)];
    if (have.length === 0) return false;
    for (const [index, number] of want.entries()) {
        const difference = (have[index] ?? 0) - number;
        if (difference !== 0) return difference > 0;
    }
    return true;
}

function numbers(version: string): number[] {
    const found = /^v?(\d+(?:\.\d+)*)/.exec(version);
    return found?.[1]?.split(".").map(Number) ?? [];
}
