import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const redisPort = 6379;

const network = new docker.Network("network", { name: "services" });

const redisImage = new docker.RemoteImage("redis-image", { name: "redis:6", keepLocally: true });
const redisContainer = new docker.Container("redis-container", {
    name: "redis",
    image: redisImage.imageId,
    networksAdvanced: [{ name: network.name }],
    restart: "on-failure",
    ports: [{ internal: redisPort, external: redisPort }],
});

const exporterImage = new docker.RemoteImage("exporter-image", { name: "oliver006/redis_exporter:latest" });
new docker.Container("exporter", {
    name: "redis-exporter",
    image: exporterImage.imageId,
    envs: ["REDIS_ADDR=redis://redis:6379"],
    networksAdvanced: [{ name: network.name }],
    ports: [{ internal: 9121, external: 9121 }],
});

const appImage = new docker.RemoteImage("app-image", { name: "example/guestbook:latest" });
new docker.Container(
    "app-container",
    {
        name: "guestbook",
        image: appImage.imageId,
        ports: [{ internal: 3000, external: 3000 }],
        envs: ["REDIS_HOST=redis", pulumi.interpolate`REDIS_PORT=${redisPort}`, "REDIS_PASSWORD=guestbook"],
        networksAdvanced: [{ name: network.name }],
    },
    { dependsOn: [redisContainer] },
);
