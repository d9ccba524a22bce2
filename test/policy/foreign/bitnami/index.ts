import * as docker from "@pulumi/docker";

const network = new docker.Network("redis", { name: "redis-bitnami" });
const masterData = new docker.Volume("master-data", { name: "redis-bitnami-master" });

const master = new docker.Container("redis-primary", {
    name: "redis-primary",
    image: "bitnami/redis:7.2",
    envs: [
        "REDIS_REPLICATION_MODE=master",
        "REDIS_PASSWORD=my_master_password",
        "REDIS_DISABLE_COMMANDS=FLUSHDB,FLUSHALL",
    ],
    volumes: [{ volumeName: masterData.name, containerPath: "/bitnami/redis/data" }],
    networksAdvanced: [{ name: network.name }],
    ports: [{ internal: 6379, external: 6379 }],
});

new docker.Container(
    "redis-secondary",
    {
        name: "redis-secondary",
        image: "bitnami/redis:7.2",
        envs: [
            "REDIS_REPLICATION_MODE=slave",
            "REDIS_MASTER_HOST=redis-primary",
            "REDIS_MASTER_PORT_NUMBER=6379",
            "REDIS_MASTER_PASSWORD=my_master_password",
            "REDIS_PASSWORD=my_replica_password",
            "REDIS_DISABLE_COMMANDS=FLUSHDB,FLUSHALL",
        ],
        networksAdvanced: [{ name: network.name }],
    },
    { dependsOn: [master] },
);

new docker.Container("cache", {
    name: "cache",
    image: "bitnami/valkey:latest",
    envs: ["ALLOW_EMPTY_PASSWORD=yes"],
    networksAdvanced: [{ name: network.name }],
});
