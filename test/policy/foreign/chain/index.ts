import * as docker from "@pulumi/docker";

const network = new docker.Network("chain", { name: "redis-chain" });

const common = "protected-mode no\npidfile /data/redis.pid\n";
const nodes = [
    { name: "redis-a", config: `${common}port 6379\nrequirepass passwd\nsave ""\nappendonly yes\n` },
    {
        name: "redis-b",
        config: `${common}port 6380\nreplicaof redis-a 6379\nmasterauth passwd\ndbfilename dump6380.rdb\nsave 900 1\nappendonly no\n`,
    },
    {
        name: "redis-c",
        config: `${common}port 6381\nreplicaof redis-b 6380\nsave ""\nappendonly no\n`,
    },
];

let previous: docker.Container | undefined;
for (const { name, config } of nodes) {
    const data = new docker.Volume(`${name}-data`, { name: `${name}-data` });
    previous = new docker.Container(
        name,
        {
            name,
            image: "redis:7.2.5",
            command: ["sh", "-c", "redis-server /etc/redis/redis.conf --daemonize no"],
            uploads: [{ file: "/etc/redis/redis.conf", content: config }],
            volumes: [{ volumeName: data.name, containerPath: "/data" }],
            networksAdvanced: [{ name: network.name }],
            restart: "always",
        },
        // One after another: the first synchronisation of all replicas at once would be too much for the master.
        { dependsOn: previous ? [previous] : [] },
    );
}
