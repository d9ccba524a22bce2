import type { Desired } from "../../redis/plan/desired";
import { compareUsers } from "../../redis/plan/passwordState";
import { beside, gains } from "../../redis/plan/userSteps";
import type { Observation } from "../../redis/state/observation";
import type { Connections } from "../redis/connections";
import { setUsers } from "../redis/users";

/**
 * Has servers that run take the declared passwords beside those that they have, and use the declared one for their own
 * links: servers with new files and servers with old ones work together until all have the new ones. The convergence at the
 * end takes the old passwords away, and sets what else users may do.
 */
export async function acceptNewPasswords(
    desired: Desired,
    observation: Observation,
    connections: Connections,
): Promise<void> {
    const { replicationPassword, model, passwords } = desired;
    const answering = observation.filter(({ redis, sentinel, declared }) => redis ?? (declared && sentinel));
    const changed = new Set<string>();
    await Promise.all(
        answering.map(async (server) => {
            const marks: string[] = [];
            const users = compareUsers(desired, server).users.flatMap(({ user, known }) => {
                if (!user.enabled) return [];
                if (gains(user, known)) marks.push(user.name);
                // Without a user that somebody took away no replica would get in sync again.
                if (!known?.enabled) return [user];
                const { passwordHashes } = beside(user, known);
                return passwordHashes.length > known.passwordHashes.length ? [{ ...known, passwordHashes }] : [];
            });
            if (users.length === 0) return;
            for (const { name } of users) changed.add(name);
            await setUsers(await connections.to(server.reach), { users, marks, leave: [] }, server.kind === "sentinel");
        }),
    );
    // Only now: a link that is made anew has to be taken everywhere.
    await Promise.all(
        observation.map(async ({ reach, redis }) => {
            if (redis?.settings.masterauth === undefined || redis.settings.masterauth === replicationPassword) return;
            await (await connections.to(reach)).call("config", "set", "masterauth", replicationPassword);
        }),
    );
    const { watch } = model;
    const sentinels = observation.filter(({ declared, sentinel }) => declared && sentinel?.watch?.name === watch?.name);
    // Told anew, a Sentinel connects anew.
    if (!watch || !passwords?.sentinel || !changed.has("sentinel")) return;
    const given = ["auth-pass", passwords.sentinel];
    await Promise.all(
        sentinels.map(async ({ reach }) => (await connections.to(reach)).call("sentinel", "set", watch.name, ...given)),
    );
}
