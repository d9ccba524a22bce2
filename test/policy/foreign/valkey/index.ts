import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const password = config.getSecret("password") ?? pulumi.secret("Zq8vN2wLr5Tb9XkPd3HsYc7M");

new docker.Container("cache", {
    name: "valkey-cache",
    image: "valkey/valkey:8.1-alpine",
    command: [
        "valkey-server",
        "--save",
        "60 1",
        "--maxmemory",
        "100mb",
        "--maxmemory-policy",
        "allkeys-lru",
        "--requirepass",
        password,
    ],
    memory: 128,
    memorySwap: 128,
    restart: "unless-stopped",
    ports: [{ internal: 6379, external: 6379, ip: "127.0.0.1" }],
    healthcheck: { tests: ["CMD", "valkey-cli", "ping"], interval: "10s" },
});
