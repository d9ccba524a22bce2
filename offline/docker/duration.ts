const nanoseconds: Record<string, number> = { ns: 1, us: 1e3, µs: 1e3, ms: 1e6, s: 1e9, m: 60e9, h: 3600e9 };

/** The nanoseconds of a duration as Go writes it, such as `1m30s`; nothing if it is none. */
export function duration(text: string): number | undefined {
    if (text === "0") {
        return 0;
    }
    if (!/^(\d+(\.\d+)?(ns|us|µs|ms|s|m|h))+$/.test(text)) {
        return undefined;
    }
    const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
    return parts.reduce((sum, [, count, unit]) => sum + Number(count) * (nanoseconds[unit ?? ""] ?? 0), 0);
}

/** Nanoseconds as Go writes a duration. */
export function goDuration(length: number): string {
    if (length === 0) {
        return "0s";
    }
    if (length < 1e9) {
        const unit = length < 1e3 ? "ns" : length < 1e6 ? "µs" : "ms";
        return `${length / (nanoseconds[unit] ?? 1)}${unit}`;
    }
    const minutes = Math.floor(length / 60e9);
    const seconds = `${(length % 60e9) / 1e9}s`;
    if (minutes === 0) {
        return seconds;
    }
    return minutes < 60 ? `${minutes}m${seconds}` : `${Math.floor(minutes / 60)}h${minutes % 60}m${seconds}`;
}
