/** Bytes per unit, as `memtoull` of Redis reads them: `k` is 1000, `kb` is 1024. */
const units: Record<string, number> = {
    "": 1,
    b: 1,
    k: 1000,
    kb: 1024,
    m: 1000 ** 2,
    mb: 1024 ** 2,
    g: 1000 ** 3,
    gb: 1024 ** 3,
};

/**
 * The bytes of a size as Redis writes them (`256mb`), or undefined when it is none.
 * Stricter than Redis in two places: a size needs a digit (Redis reads `mb` as 0), and must be below 2^53.
 */
export function parseMemory(text: string): number | undefined {
    const [, digits, unit] = /^(\d+)([a-z]*)$/i.exec(text) ?? [];
    const factor = units[unit?.toLowerCase() ?? "?"];
    if (!digits || !factor) return undefined;
    const bytes = Number(digits) * factor;
    return Number.isSafeInteger(bytes) ? bytes : undefined;
}

/** A number of bytes in the largest unit that it is a whole number of: `256mb`. */
export function showMemory(bytes: number): string {
    for (const unit of ["gb", "mb", "kb"]) {
        const factor = units[unit] as number;
        if (bytes >= factor && bytes % factor === 0) return `${bytes / factor}${unit}`;
    }
    return String(bytes);
}
