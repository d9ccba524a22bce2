import * as docker from "@pulumi/docker";

const image = new docker.RemoteImage("redis", { name: "redis" });

const master = new docker.Container("master", {
    name: "master",
    image: image.imageId,
    ports: [{ internal: 6379, external: 6379 }],
});

new docker.Container(
    "slave1",
    {
        name: "slave1",
        image: image.imageId,
        command: ["redis-server", "--port", "6380", "--slaveof", "172.17.0.2", "6379"],
        ports: [{ internal: 6380, external: 6380 }],
    },
    { dependsOn: [master] },
);

new docker.Container(
    "slave2",
    {
        name: "slave2",
        image: image.imageId,
        command: ["redis-server", "/etc/redis/redis.conf"],
        uploads: [{ file: "/etc/redis/redis.conf", content: "port 6381\nslaveof 172.17.0.2 6379\n" }],
        ports: [{ internal: 6381, external: 6381 }],
    },
    { dependsOn: [master] },
);
