import { join } from "node:path";
import * as docker from "@pulumi/docker";

const nodes = [
    { name: "redis-master", port: 6379 },
    { name: "redis-slave-1", port: 6380 },
    { name: "redis-slave-2", port: 6381 },
];

let master: docker.Container | undefined;
for (const { name, port } of nodes) {
    const container: docker.Container = new docker.Container(
        name,
        {
            name,
            image: "redis:5.0.7",
            command: ["redis-server", "/usr/local/etc/redis/redis.conf"],
            restart: "always",
            networkMode: "host",
            envs: ["TZ=Asia/Shanghai"],
            sysctls: { "net.core.somaxconn": "511" },
            volumes: [
                { hostPath: join(__dirname, `redis-${port}.conf`), containerPath: "/usr/local/etc/redis/redis.conf" },
                { hostPath: join(__dirname, "data", name), containerPath: "/data" },
            ],
        },
        { dependsOn: master ? [master] : [] },
    );
    master ??= container;
}
