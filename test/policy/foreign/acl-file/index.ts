import { createHash } from "node:crypto";
import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const config = new pulumi.Config();
const password = config.getSecret("password") ?? pulumi.secret("Zq8vN2wLr5Tb9XkPd3HsYc7M");
const hash = password.apply((text) => createHash("sha256").update(text).digest("hex"));

const data = new docker.Volume("data", { name: "orders-redis-data" });
const configuration = new docker.Volume("configuration", { name: "orders-redis-config" });
const network = new docker.Network("orders", { name: "orders" });

const files = new docker.Container("files", {
    name: "orders-redis-files",
    image: "redis:8.2.1",
    start: false,
    mustRun: false,
    mounts: [{ type: "volume", source: configuration.name, target: "/files" }],
    uploads: [
        {
            file: "/files/redis.conf",
            content:
                "port 6379\naclfile /usr/local/etc/redis/users.acl\nmaxmemory 300mb\nmaxmemory-policy noeviction\nappendonly yes\n",
        },
        {
            file: "/files/users.acl",
            content: pulumi.interpolate`user default off
user orders on #${hash} ~orders:* &orders:* +@all -@admin -@dangerous -@scripting +info
user probe on nopass -@all +ping
`,
        },
    ],
});

new docker.Container(
    "orders-redis",
    {
        name: "orders-redis",
        image: "redis:8.2.1",
        command: ["redis-server", "/usr/local/etc/redis/redis.conf"],
        user: "999:999",
        readOnly: true,
        capabilities: { drops: ["ALL"] },
        securityOpts: ["no-new-privileges:true"],
        memory: 512,
        memorySwap: 512,
        restart: "unless-stopped",
        stopTimeout: 60,
        destroyGraceSeconds: 60,
        logOpts: { "max-size": "10m", "max-file": "3" },
        healthcheck: { tests: ["CMD-SHELL", "redis-cli -e --user probe --no-auth-warning ping"], interval: "10s" },
        mounts: [
            { type: "volume", source: data.name, target: "/data" },
            { type: "volume", source: configuration.name, target: "/usr/local/etc/redis", readOnly: true },
        ],
        networksAdvanced: [{ name: network.name, aliases: ["redis"] }],
    },
    { dependsOn: [files] },
);
