import type { Schema } from "../provider/schema";
import type { Json } from "../provider/values";

/** The fields of one label. */
export const label: Schema = {
    label: { type: "string", required: true },
    value: { type: "string", required: true },
};

/** Labels as the Engine takes them. */
export function labelMap(labels: Json | undefined): Record<string, string> {
    const list = (labels ?? []) as { label: string; value: string }[];
    return Object.fromEntries(list.map(({ label, value }) => [label, value]));
}
