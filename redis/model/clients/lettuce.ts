import { at } from "../endpoint";
import type { Endpoint } from "../model";
import { type Library, quoted, type Translation } from "./reachable";

const uri = ({ host, port }: Endpoint, username: string, password: string): string =>
    `RedisURI.builder().withHost(${quoted(host)}).withPort(${port}).withAuthentication(${quoted(username)}, ${password})`;

const pair = ({ host, port }: Endpoint): string => `HostAndPort.of(${quoted(host)}, ${port})`;

/** `HostAndPort` is that of `io.lettuce.core.internal`. */
function resources(translations: Translation[]): string[] {
    if (translations.length === 0) return [];
    const entries = translations.map(
        ({ announced, reached }) => `\n            Map.entry(${quoted(at(announced))}, ${pair(reached)})`,
    );
    return [
        `ClientResources.builder().socketAddressResolver(MappingSocketAddressResolver.create(
        DnsResolver.jvmDefault(),
        address -> Map.ofEntries(${entries.join(",")}
        ).getOrDefault(address.toString(), address))).build()`,
    ];
}

const call = (name: string, parts: string[]): string =>
    `${name}.create(${parts.map((part) => `\n    ${part}`).join(",")})`;

/** Lettuce, tried with version 6.6.0. */
export const lettuce: Library = {
    toMaster: ({ master, username }) => call("RedisClient", [`${uri(master, username, "password")}.build()`]),
    throughSentinels: ({ sentinels, name, username, sentinelUsername, translations }) => {
        const known = sentinels.map(
            (sentinel) => `\n        .withSentinel(${uri(sentinel, sentinelUsername, "sentinelPassword")}.build())`,
        );
        const watched = `RedisURI.builder().withSentinelMasterId(${quoted(name)})${known.join("")}
        .withAuthentication(${quoted(username)}, password).build()`;
        return call("RedisClient", [...resources(translations), watched]);
    },
    toCluster: ({ nodes, username, translations }) => {
        const all = nodes.map((node) => `\n        ${uri(node, username, "password")}.build()`);
        return call("RedisClusterClient", [...resources(translations), `List.of(${all.join(",")})`]);
    },
};
