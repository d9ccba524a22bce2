import { at } from "../endpoint";
import type { Endpoint } from "../model";
import { type Library, quoted, type Translation } from "./reachable";

const pair = ({ host, port }: Endpoint): string => `host: ${quoted(host)}, port: ${port}`;
const list = (parts: string[]): string => `[${parts.map((part) => `\n        ${part},`).join("")}\n    ]`;

function addressMap(translations: Translation[]): string[] {
    const entries = translations.map(
        ({ announced, reached }) => `\n        ${quoted(at(announced))}: { ${pair(reached)} },`,
    );
    return entries.length > 0 ? [`nodeAddressMap: {${entries.join("")}\n    }`] : [];
}

const call = (name: string, options: string[]): string =>
    `${name}({${options.map((option) => `\n    ${option},`).join("")}\n})`;

/** node-redis, tried with version 6.3.1. */
export const nodeRedis: Library = {
    toMaster: ({ master, username }) =>
        call("createClient", [`socket: { ${pair(master)} }`, `username: ${quoted(username)}`, "password"]),
    throughSentinels: ({ sentinels, name, username, sentinelUsername, translations }) =>
        call("createSentinel", [
            `name: ${quoted(name)}`,
            `sentinelRootNodes: ${list(sentinels.map((sentinel) => `{ ${pair(sentinel)} }`))}`,
            `sentinelClientOptions: { username: ${quoted(sentinelUsername)}, password: sentinelPassword }`,
            `nodeClientOptions: { username: ${quoted(username)}, password }`,
            ...addressMap(translations),
        ]),
    toCluster: ({ nodes, username, translations }) =>
        call("createCluster", [
            `rootNodes: ${list(nodes.map((node) => `{ socket: { ${pair(node)} } }`))}`,
            `defaults: { username: ${quoted(username)}, password }`,
            ...addressMap(translations),
        ]),
};
