import { posix } from "node:path";
import { flavourOf } from "./image";
import type { RedisNode } from "./stack";

/** Where a server writes its data, as far as it is known. */
export function dataFolder(node: RedisNode): string | undefined {
    const dir = node.settings.value("dir");
    if (dir !== undefined && posix.isAbsolute(dir)) {
        return posix.normalize(dir);
    }
    const isBitnami = node.image !== undefined && flavourOf(node.image) === "bitnami";
    const home = isBitnami ? `/bitnami/${node.product}/data` : "/data";
    return dir === undefined ? home : posix.join(home, dir);
}
