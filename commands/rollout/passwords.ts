import { aclRules } from "../../redis/acl";
import type { Observation } from "../../redis/observation";
import type { Desired } from "../../redis/servers";
import type { Connections } from "../redis/connection";

/**
 * Has servers that run take the declared passwords beside those that they have, and use the declared one for their own
 * links: servers with new files and servers with old ones work together until all have the new ones. The convergence at the
 * end takes the old passwords away.
 */
export async function acceptNewPasswords(
    { users, replicationPassword, model, passwords }: Desired,
    observation: Observation,
    connections: Connections,
): Promise<void> {
    const servers = observation.filter(({ redis }) => redis);
    const changed = new Set<string>();
    await Promise.all(
        servers.map(async ({ reach, redis }) => {
            const client = await connections.to(reach);
            for (const user of users.filter(({ enabled }) => enabled)) {
                const { name, passwordHashes } = user;
                const known = redis?.users.find((one) => one.name === name);
                const added = passwordHashes.filter((hash) => !known?.passwordHashes.includes(hash));
                if (known?.enabled && added.length === 0) continue;
                changed.add(name);
                // Without a user that somebody took away no replica would get in sync again.
                const rules = known?.enabled ? added.map((hash) => `#${hash}`) : aclRules(user);
                await client.call("acl", "setuser", name, ...rules);
            }
        }),
    );
    // Only now: a link that is made anew has to be taken everywhere.
    await Promise.all(
        servers.map(async ({ reach, redis }) => {
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
