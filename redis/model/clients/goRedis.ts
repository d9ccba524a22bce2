import { at } from "../endpoint";
import type { Endpoint } from "../model";
import { type Library, quoted, type Translation } from "./reachable";

const list = (endpoints: Endpoint[]): string =>
    `[]string{${endpoints.map((endpoint) => `\n\t\t${quoted(at(endpoint))},`).join("")}\n\t}`;

const call = (name: string, options: string[]): string =>
    `${name}{${options.map((option) => `\n\t${option},`).join("")}\n})`;

/** The imports `context` and `net` are needed, too. */
function dialer(translations: Translation[]): string[] {
    if (translations.length === 0) return [];
    const entries = translations.map(
        ({ announced, reached }) => `\n\t\t\t${quoted(at(announced))}: ${quoted(at(reached))},`,
    );
    return [
        `Dialer: func(ctx context.Context, network, address string) (net.Conn, error) {
\t\treached, ok := map[string]string{${entries.join("")}
\t\t}[address]
\t\tif ok {
\t\t\taddress = reached
\t\t}
\t\treturn new(net.Dialer).DialContext(ctx, network, address)
\t}`,
    ];
}

/** go-redis, tried with version 9.23.0. */
export const goRedis: Library = {
    toMaster: ({ master, username }) =>
        call("redis.NewClient(&redis.Options", [
            `Addr: ${quoted(at(master))}`,
            `Username: ${quoted(username)}`,
            "Password: password",
        ]),
    throughSentinels: ({ sentinels, name, username, sentinelUsername, translations }) =>
        call("redis.NewFailoverClient(&redis.FailoverOptions", [
            `MasterName: ${quoted(name)}`,
            `SentinelAddrs: ${list(sentinels)}`,
            `SentinelUsername: ${quoted(sentinelUsername)}`,
            "SentinelPassword: sentinelPassword",
            `Username: ${quoted(username)}`,
            "Password: password",
            ...dialer(translations),
        ]),
    toCluster: ({ nodes, username, translations }) =>
        call("redis.NewClusterClient(&redis.ClusterOptions", [
            `Addrs: ${list(nodes)}`,
            `Username: ${quoted(username)}`,
            "Password: password",
            ...dialer(translations),
        ]),
};
