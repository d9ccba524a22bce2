import { goRedis } from "./goRedis";
import { jedis } from "./jedis";
import { lettuce } from "./lettuce";
import { nodeRedis } from "./nodeRedis";
import type { Clients, Library } from "./reachable";

/** What each library says. */
export function clients(say: (library: Library) => string): Clients {
    return { nodeRedis: say(nodeRedis), goRedis: say(goRedis), jedis: say(jedis), lettuce: say(lettuce) };
}
