import { clients } from "../clients/clients";
import { clientTimeouts } from "../clientTimeouts";
import type { ConnectionHints, IoredisHints } from "../connectionHints";
import { at } from "../endpoint";
import { type Endpoint, type Model, present } from "../model";
import { sentinelModule } from "./redisPy";

/** How to connect through Sentinels, without the passwords: each side has a user and a password of its own. */
export interface SentinelHints extends ConnectionHints {
    ioredis: IoredisHints & { sentinels: Endpoint[]; name: string };
}

/** How the first of the declared users connects to whichever server is the master. */
export function sentinelHints(model: Model): SentinelHints {
    const sentinels = present(model, model.sentinels ?? []);
    const { watch } = model;
    if (!watch) throw new Error(`${model.prefix} has no Sentinels to connect through`);
    const { name } = watch;
    const [first] = sentinels;
    const differing = [...model.nodes, ...sentinels].filter(({ announce, reach }) => at(announce) !== at(reach));
    const username = model.users[0]?.name ?? "default";
    const sentinelUsername = "discovery";
    const silence = watch["down-after-milliseconds"];
    const timeouts = clientTimeouts(model, silence);
    const natMap = Object.fromEntries(differing.map(({ announce, reach }) => [at(announce), reach]));
    return {
        cli: `redis-cli -h ${first?.reach.host} -p ${first?.reach.port} --user discovery sentinel get-master-addr-by-name ${name}`,
        ioredis: {
            sentinels: sentinels.map(({ reach }) => reach),
            name,
            username,
            sentinelUsername,
            ...(differing.length > 0 ? { natMap } : {}),
            ...timeouts,
        },
        ...clients((library) =>
            library.throughSentinels({
                sentinels: sentinels.map(({ reach }) => reach),
                name,
                username,
                sentinelUsername,
                translations: differing.map(({ announce, reach }) => ({ announced: announce, reached: reach })),
            }),
        ),
        redisPy: sentinelModule({
            sentinels: sentinels.map(({ reach }) => reach),
            name,
            username,
            sentinelUsername,
            // Servers answer at the same port everywhere, and a bridge is on one host.
            ...(differing.length > 0 ? { host: first?.reach.host } : {}),
            silence,
            timeouts,
        }),
    };
}
