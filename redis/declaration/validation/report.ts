import type { Problem } from "../problem";

/** Takes what is wrong at a path; nothing when nothing is. */
export type Report = (path: string, message: string | undefined) => void;

/** A list that `report` fills. */
export function collect(): { problems: Problem[]; report: Report } {
    const problems: Problem[] = [];
    return {
        problems,
        report: (path, message) => {
            if (message) problems.push({ path, message });
        },
    };
}

/** An element of a list, with its path. */
export interface Entry<T> {
    path: string;
    fields: T;
}

/** The elements of a list that are there, each with its path. */
export function entriesOf<T>(key: string, elements: readonly (T | undefined)[] = []): Entry<T>[] {
    return elements.flatMap((fields, index) => (fields === undefined ? [] : [{ path: `${key}[${index}]`, fields }]));
}

/** Reports every value that an earlier element of a list has as well; elements without a value count as different. */
export function checkDistinct(
    entries: readonly { path: string; value: string | undefined }[],
    message: (value: string, earlier: string) => string,
    report: Report,
): void {
    const seen = new Map<string, string>();
    for (const { path, value } of entries) {
        if (value === undefined) continue;
        const earlier = seen.get(value);
        if (earlier === undefined) seen.set(value, path);
        else report(path, message(value, earlier));
    }
}
