/** The fields of INFO. */
export function parseInfo(text: string): Map<string, string> {
    return new Map(
        text.split("\r\n").flatMap((line): [string, string][] => {
            const colon = line.indexOf(":");
            return colon > 0 && !line.startsWith("#") ? [[line.slice(0, colon), line.slice(colon + 1)]] : [];
        }),
    );
}

/** A field that INFO always has. */
export function fieldOf(info: ReadonlyMap<string, string>, name: string): string {
    const value = info.get(name);
    if (value === undefined) throw new Error(`INFO has no ${name}`);
    return value;
}
