import { createHash } from "node:crypto";
import { container, type Declared, volume } from "./judge";

/** A password that no policy minds. */
export const goodPassword = "dJ4kq0ZtPpW8vG2xRn6Yb1Lc";

export const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Files that a carrier brings to a node, by name. */
export type Files = Record<string, string>;

export const acl = [
    `user default on #${sha256(goodPassword)} ~* &* +@all -@admin -@dangerous -@scripting +info`,
    `user administrator on #${sha256(`${goodPassword}A`)} ~* &* +@all`,
    `user replication on #${sha256(`${goodPassword}R`)} +psync +replconf +ping`,
    `user health on #${sha256(`${goodPassword}H`)} -@all +ping`,
    "",
].join("\n");

/** The redis.conf of a sound server. */
export function serverConfig(port: number, more: readonly string[] = []): string {
    return [
        `port ${port}`,
        "protected-mode yes",
        "aclfile /etc/redis/users.acl",
        "masteruser replication",
        `masterauth ${goodPassword}R`,
        "maxmemory 256mb",
        "maxmemory-policy noeviction",
        "appendonly yes",
        ...more,
        "",
    ].join("\n");
}

/** A server's container with nothing to complain of. */
export function server(name: string, port: number): Declared {
    return {
        type: container,
        name,
        props: {
            name,
            image: "redis:8.2.1",
            command: ["redis-server", "/etc/redis/redis.conf"],
            user: "999:999",
            readOnly: true,
            capabilities: { drops: ["ALL"] },
            securityOpts: ["no-new-privileges"],
            memory: 512,
            memorySwap: 512,
            restart: "unless-stopped",
            stopTimeout: 60,
            destroyGraceSeconds: 60,
            logOpts: { "max-size": "10m", "max-file": "3" },
            healthcheck: {
                tests: [
                    "CMD-SHELL",
                    'REDISCLI_AUTH="$(cat /etc/redis/health-password)" redis-cli -e --user health ping',
                ],
            },
            networkMode: "bridge",
            networksAdvanced: [{ name: "redis", aliases: [name] }],
            ports: [{ internal: port, external: port, ip: "127.0.0.1" }],
            volumes: [
                { volumeName: `${name}-data`, containerPath: "/data" },
                { volumeName: `${name}-config`, containerPath: "/etc/redis", readOnly: true },
            ],
        },
    };
}

/** The container that fills a configuration volume and never starts. */
export function carrier(name: string, files: Files): Declared {
    return {
        type: container,
        name: `${name}-files`,
        props: {
            name: `${name}-files`,
            image: "redis:8.2.1",
            start: false,
            mustRun: false,
            volumes: [{ volumeName: `${name}-config`, containerPath: "/etc/redis" }],
            uploads: Object.entries(files).map(([file, content]) => ({ file: `/etc/redis/${file}`, content })),
        },
    };
}

/** A node: volume, carrier and server. */
export function node(name: string, port: number, more: readonly string[] = []): Declared[] {
    return [
        { type: volume, name: `${name}-data`, props: { name: `${name}-data` } },
        carrier(name, { "redis.conf": serverConfig(port, more), "users.acl": acl }),
        server(name, port),
    ];
}

/** One master and two replicas. */
export function replication(): Declared[] {
    return [
        ...node("master", 6379),
        ...node("replica1", 6380, ["replicaof master 6379"]),
        ...node("replica2", 6381, ["replicaof master 6379"]),
    ];
}

/** A Sentinel with its own folder on a volume, seeded by its carrier. */
export function sentinel(name: string, port: number, host: string): Declared[] {
    const config = [
        `port ${port}`,
        `requirepass ${goodPassword}`,
        `sentinel sentinel-pass ${goodPassword}`,
        "sentinel resolve-hostnames yes",
        "sentinel monitor main master 6379 2",
        `sentinel auth-pass main ${goodPassword}`,
        "",
    ].join("\n");
    const declared = server(name, port);
    declared.props.command = ["redis-server", "/sentinel/sentinel.conf", "--sentinel"];
    declared.props.volumes = [{ volumeName: `${name}-state`, containerPath: "/sentinel" }];
    declared.provider = onHost(host);
    const files = carrier(name, {});
    files.props.volumes = [{ volumeName: `${name}-state`, containerPath: "/sentinel" }];
    files.props.uploads = [{ file: "/sentinel/sentinel.conf", content: config }];
    files.provider = onHost(host);
    return [files, declared];
}

/** A provider for a host of its own. */
export function onHost(host: string) {
    return { name: host, props: { host: `ssh://ops@${host}` } };
}

/** Moves a node's resources to a host. */
export function place(resources: Declared[], host: string): Declared[] {
    return resources.map((resource) => ({ ...resource, provider: onHost(host) }));
}

/** Master and two replicas on three hosts, each with a Sentinel. */
export function watched(): Declared[] {
    // Sentinel has servers rewrite their file: a start script keeps it in /data.
    const rewritable = (name: string, port: number, more: readonly string[], host: string) => {
        const declared = node(name, port, more);
        for (const resource of declared) {
            if (resource.name === `${name}-files`) {
                (resource.props.uploads as object[]).push({
                    file: "/etc/redis/start",
                    content:
                        '#!/bin/sh\n[ -f /data/redis.conf ] || echo "include /etc/redis/redis.conf" > /data/redis.conf\nexec redis-server /data/redis.conf\n',
                });
            }
            if (resource.name === name) {
                resource.props.command = ["sh", "/etc/redis/start"];
            }
        }
        return place(declared, host);
    };
    return [
        ...rewritable("master", 6379, [], "a"),
        ...rewritable("replica1", 6380, ["replicaof master 6379"], "b"),
        ...rewritable("replica2", 6381, ["replicaof master 6379"], "c"),
        ...sentinel("sentinel1", 26379, "a"),
        ...sentinel("sentinel2", 26380, "b"),
        ...sentinel("sentinel3", 26381, "c"),
    ];
}

/** Six cluster nodes on the networks of three hosts. */
export function cluster(): Declared[] {
    return [1, 2, 3, 4, 5, 6].flatMap((number) => {
        const host = `10.0.0.${((number - 1) % 3) + 1}`;
        const port = 6370 + number;
        const declared = node(`node${number}`, port, [
            "cluster-enabled yes",
            `cluster-announce-ip ${host}`,
            `cluster-announce-port ${port}`,
            `bind ${host} 127.0.0.1`,
            "tls-port 0",
        ]);
        for (const resource of declared) {
            if (resource.name === `node${number}`) {
                resource.props.networkMode = "host";
                delete resource.props.networksAdvanced;
                delete resource.props.ports;
            }
        }
        return place(declared, host);
    });
}

/** The resource of a name, to break it in one place. */
export function named(resources: readonly Declared[], name: string): Declared {
    const found = resources.find((resource) => resource.name === name);
    if (found === undefined) {
        throw new Error(`the baseline has no ${name}`);
    }
    return found;
}

/** Changes one file of a node's carrier. */
export function edit(
    resources: readonly Declared[],
    name: string,
    file: string,
    change: (text: string) => string,
): void {
    const uploads = named(resources, `${name}-files`).props.uploads as { file: string; content: string }[];
    const upload = uploads.find((candidate) => candidate.file.endsWith(`/${file}`));
    if (upload === undefined) {
        throw new Error(`${name} has no ${file}`);
    }
    upload.content = change(upload.content);
}
