/** What a server is, by its program's own word. */
export interface Product {
    /** `Redis`, `Valkey`, or the name of another server that answers like them. */
    name: string;
    /** Its own version: `8.0.2`. */
    version: string;
}

export const show = ({ name, version }: Product): string => `${name} ${version}`;

/** The product in what `redis-server --version` prints: `Redis server v=8.0.2 sha=...`. */
export function parseVersion(text: string): Product | undefined {
    const [, name, version] = /^(\w+) server v=(\d+\.\d+\.\d+\S*)/im.exec(text) ?? [];
    return name && version ? { name, version } : undefined;
}

/** The product in the fields of INFO. Valkey calls itself Redis 7.2.4 for the sake of clients that ask. */
export function productOf(info: ReadonlyMap<string, string>): Product | undefined {
    const valkey = info.get("valkey_version");
    if (valkey) return { name: "Valkey", version: valkey };
    const version = info.get("redis_version");
    return version ? { name: "Redis", version } : undefined;
}

/** Major and minor version as one number that grows: 8.0 is 8000. */
function minor({ version }: Product): number {
    const [major = 0, second = 0] = version.split(".").map(Number);
    return major * 1000 + second;
}

/** Whether a server of a version knows what came with `since`: `7.2`. */
export function atLeast(product: Product, since: string): boolean {
    return minor(product) >= minor({ ...product, version: since });
}

/**
 * Why servers of one product cannot go on as another with their data, as the end of a sentence; undefined when they can.
 *
 * - Within a product a later minor version reads what an earlier one wrote, and not the other way round: 7.0 writes RDB
 *   format 10, 7.2 11, 7.4 and 8.0 12 (`RDB_VERSION` of rdb.h), and a server ends at "Can't handle RDB format version".
 *   Replication sends the same format, so that servers which keep nothing on disk are no exception.
 * - Valkey began as Redis 7.2 (format 11) and reads what Redis wrote up to then. Redis has taken the numbers from 12 on;
 *   Valkey refuses those.
 * - From Valkey to Redis there is no way that either promises: from 9.0 on its format is 80.
 */
export function cannotBecome(from: Product, to: Product): string | undefined {
    const both = `${show(from)} cannot become ${show(to)}`;
    if (from.name === to.name)
        return minor(to) < minor(from) ? `${both}: an older version cannot read what it holds` : undefined;
    if (from.name === "Redis" && to.name === "Valkey")
        return atLeast(from, "7.3") ? `${both}: Valkey reads what Redis wrote up to 7.2 only` : undefined;
    return `${both}: another product cannot read what it holds`;
}
