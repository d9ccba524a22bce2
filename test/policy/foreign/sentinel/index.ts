import * as docker from "@pulumi/docker";

const network = new docker.Network("sentinel", { name: "sentinel-net" });
const networksAdvanced = [{ name: network.name }];

const master = new docker.Container("redis-master", {
    name: "redis-master",
    image: "redis:7.2",
    command: ["redis-server", "--requirepass", "123456", "--masterauth", "123456"],
    networksAdvanced,
});
for (const index of [1, 2]) {
    const name = `redis-slave-${index}`;
    const flags = ["--slaveof", "redis-master", "6379", "--requirepass", "123456", "--masterauth", "123456"];
    new docker.Container(
        name,
        { name, image: "redis:7.2", command: ["redis-server", ...flags], networksAdvanced },
        { dependsOn: [master] },
    );
}

const configuration = `port 26379
sentinel resolve-hostnames yes
sentinel monitor mymaster redis-master 6379 1
sentinel auth-pass mymaster 123456
sentinel down-after-milliseconds mymaster 5000
`;
for (const index of [1, 2]) {
    const name = `redis-sentinel-${index}`;
    new docker.Container(
        name,
        {
            name,
            image: "redis:7.2",
            command: ["redis-sentinel", "/usr/local/etc/redis/sentinel.conf"],
            uploads: [{ file: "/usr/local/etc/redis/sentinel.conf", content: configuration }],
            networksAdvanced,
            ports: [{ internal: 26379, external: 26379 + index }],
        },
        { dependsOn: [master] },
    );
}
