import { at } from "../endpoint";
import type { Endpoint } from "../model";
import { type Library, quoted, type Translation } from "./reachable";

const pair = ({ host, port }: Endpoint): string => `new HostAndPort(${quoted(host)}, ${port})`;
const set = (endpoints: Endpoint[]): string =>
    `Set.of(${endpoints.map((endpoint) => `\n        ${pair(endpoint)}`).join(",")})`;

function config(username: string, password: string, translations: Translation[] = []): string {
    const entries = translations.map(
        ({ announced, reached }) => `\n            Map.entry(${quoted(at(announced))}, ${pair(reached)})`,
    );
    const mapped = `\n        .hostAndPortMapper(address -> Map.ofEntries(${entries.join(",")}\n        ).getOrDefault(address.toString(), address))\n        `;
    const mapper = entries.length > 0 ? mapped : "";
    return `DefaultJedisClientConfig.builder().user(${quoted(username)}).password(${password})${mapper}.build()`;
}

const call = (name: string, parts: string[]): string =>
    `new ${name}(${parts.map((part) => `\n    ${part}`).join(",")})`;

/** Jedis, tried with version 6.0.0. */
export const jedis: Library = {
    toMaster: ({ master, username }) => call("JedisPooled", [pair(master), config(username, "password")]),
    throughSentinels: ({ sentinels, name, username, sentinelUsername, translations }) =>
        call("JedisSentineled", [
            quoted(name),
            config(username, "password", translations),
            set(sentinels),
            config(sentinelUsername, "sentinelPassword"),
        ]),
    toCluster: ({ nodes, username, translations }) =>
        call("JedisCluster", [set(nodes), config(username, "password", translations)]),
};
