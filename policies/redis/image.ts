/** Reads image references, as far as a policy needs them. */

/** The parts of `localhost:5000/team/redis:8.0@sha256:...`. */
export interface ImageReference {
    /** Everything before tag and digest. */
    readonly repository: string;
    readonly tag?: string;
    readonly digest?: string;
    /** A bare image id (`sha256:...`, or its hexadecimal form): says which image, not what it is. */
    readonly isId: boolean;
}

/** Which servers an image carries. */
export type Product = "redis" | "valkey";

/** How an image is configured when nothing but the image is given. */
export type Flavour = "official" | "bitnami" | "custom";

/** Parses an image reference. */
export function parseImage(image: string): ImageReference {
    const reference = image.trim();
    if (/^sha256:[0-9a-f]+$/i.test(reference) || /^[0-9a-f]{64}$/i.test(reference)) {
        return { repository: "", digest: reference, isId: true };
    }
    const at = reference.indexOf("@");
    const named = at < 0 ? reference : reference.slice(0, at);
    const digest = at < 0 ? undefined : reference.slice(at + 1);
    const colon = named.lastIndexOf(":");
    const hasTag = colon > named.lastIndexOf("/");
    return {
        repository: hasTag ? named.slice(0, colon) : named,
        tag: hasTag ? named.slice(colon + 1) : undefined,
        digest,
        isId: false,
    };
}

const family = /^(redis|valkey)(?:-(?:stack|stack-server|sentinel|cluster|server|debian|alpine|bundle|unstable))?$/;

/** Which product an image carries, by the last part of its name; absent for anything else, clients and exporters too. */
export function productOf(image: ImageReference): Product | undefined {
    const last = image.repository.toLowerCase().split("/").at(-1) ?? "";
    return (family.exec(last)?.[1] as Product | undefined) ?? undefined;
}

/** Whether the image is made for Sentinel by its name alone. */
export function isSentinelImage(image: ImageReference): boolean {
    return /-sentinel$/.test(image.repository.toLowerCase());
}

/** How the image is configured. An image of someone's own may carry a configuration that nobody sees from outside. */
export function flavourOf(image: ImageReference): Flavour {
    const repository = image.repository
        .toLowerCase()
        .replace(/^(?:docker\.io|index\.docker\.io|registry-1\.docker\.io)\//, "");
    if (/(?:^|\/)bitnami(?:legacy|secure|charts)?\//.test(repository)) {
        return "bitnami";
    }
    if (
        /^(?:library\/)?(?:redis|valkey)$/.test(repository) ||
        /^(?:[^/]+\/)?(?:redis|valkey)\/(?:redis|valkey)(?:-[a-z-]+)?$/.test(repository)
    ) {
        return "official";
    }
    // Built by this project from Debian's packages: no configuration inside.
    return /(?:^|\/)(?:redis|valkey)-debian$/.test(repository) ? "official" : "custom";
}

/** The version that a tag states (`7.2.4-alpine` gives [7, 2, 4]); absent when the tag states none. */
export function versionOf(tag: string | undefined): number[] | undefined {
    const match = /^v?(\d+(?:\.\d+){0,3})(?:$|[-_+.a-z])/i.exec(tag ?? "");
    return match?.[1]?.split(".").map(Number);
}

/** Compares two versions as far as both are stated: `7` is neither below nor above `7.2`. */
export function compareVersions(one: readonly number[], other: readonly number[]): number {
    for (let index = 0; index < Math.min(one.length, other.length); index++) {
        const difference = (one[index] ?? 0) - (other[index] ?? 0);
        if (difference !== 0) {
            return difference;
        }
    }
    return 0;
}
