import * as docker from "@pulumi/docker";

const network = new docker.Network("redis", { name: "redis-net" });

const master = new docker.Container("redis-master", {
    name: "redis-master",
    image: "redis:7.4",
    command: ["redis-server", "/etc/redis/redis.conf"],
    uploads: [{ file: "/etc/redis/redis.conf", content: "bind 0.0.0.0\nprotected-mode no\n" }],
    networksAdvanced: [{ name: network.name, aliases: ["master"] }],
    ports: [{ internal: 6379, external: 6379, ip: "127.0.0.1" }],
});

for (const index of [1, 2]) {
    const name = `redis-slave${index}`;
    new docker.Container(
        name,
        {
            name,
            image: "redis:7.4",
            command: ["redis-server", "/etc/redis/redis.conf"],
            uploads: [
                { file: "/etc/redis/redis.conf", content: "bind 0.0.0.0\nprotected-mode no\nslaveof master 6379\n" },
            ],
            networksAdvanced: [{ name: network.name }],
        },
        { dependsOn: [master] },
    );
}
