/** A value in a message: texts in quotes, what is nested only by its type. */
export function show(value: unknown): string {
    if (typeof value === "string") return JSON.stringify(value.length > 80 ? `${value.slice(0, 80)}...` : value);
    if (Array.isArray(value)) return "a list";
    if (value === undefined || value === null) return "nothing";
    if (typeof value === "object") return "an object";
    return typeof value === "number" || typeof value === "boolean" ? String(value) : `a value of type ${typeof value}`;
}
