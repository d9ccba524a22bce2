import { createHash } from "node:crypto";
import type { Checked } from "../provider/resource";
import type { Properties } from "../provider/values";

/** A resource without a name gets one from its logical name, and keeps it as long as it lives. */
export function named(checked: Checked, olds: Properties, { name, seed }: { name: string; seed: string }): Checked {
    const { inputs, failures } = checked;
    if (inputs.name !== undefined) {
        return checked;
    }
    const suffix = createHash("sha256").update(seed).digest("hex").slice(0, 7);
    const defaults = [...((inputs.__defaults as string[] | undefined) ?? []), "name"].sort();
    const kept = isAutonamed(olds) && typeof olds.name === "string";
    return {
        inputs: { ...inputs, name: kept ? olds.name : `${name}-${suffix}`, __defaults: defaults } as Properties,
        failures,
    };
}

/** Whether the name is of our making: then the new resource can come before the old one goes. */
export function isAutonamed(inputs: Properties): boolean {
    return Array.isArray(inputs.__defaults) && inputs.__defaults.includes("name");
}
