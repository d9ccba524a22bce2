import { createHash } from "node:crypto";
import { join } from "node:path";
import { locked } from "../setup/lock";
import { stateFolder } from "../setup/paths";
import { backendUrl } from "./backend";
import type { Session } from "./session";

/**
 * Works on a session's stack while no other `npm run` command of this machine does: what one has begun and not recorded yet
 * would look to the other like something that was left over. Pulumi's own lock covers a single update only.
 */
export function alone<T>({ stack, env }: Session, work: () => Promise<T>): Promise<T> {
    const name = createHash("sha256")
        .update(`${backendUrl(env)}\n${stack}`)
        .digest("hex")
        .slice(0, 16);
    return locked(join(stateFolder(), "locks", name), work, `is at work on the stack ${stack}`);
}
