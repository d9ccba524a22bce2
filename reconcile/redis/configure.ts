import type { Redis } from "ioredis";
import { sameValue } from "../../redis/settings/settings";
import { Final } from "../attempts";
import { pairs } from "./read";

/** Directives whose values are not to be seen. */
const secret = ["masterauth"];

/**
 * Sets directives of a running server, all or none, and reads them back once.
 * @throws when the server refuses a value, or has made another one of it: setting it again would never end.
 */
export async function configure(client: Redis, node: string, values: Readonly<Record<string, string>>): Promise<void> {
    await client.call("config", "set", ...Object.entries(values).flat());
    const live = pairs((await client.call("config", "get", ...Object.keys(values))) as string[]);
    const other = Object.entries(values)
        .filter(([name, value]) => !secret.includes(name) && !sameValue(name, value, live[name] ?? ""))
        .map(
            ([name, value]) =>
                `${name} was set to ${value || "(empty)"} and is read back as ${live[name] || "(empty)"}`,
        );
    if (other.length === 0) return;
    throw new Final(`${node}: ${other.join(", ")}: the server allows nothing else; declare what it allows`);
}
