import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";

const name = `redis-policy-test-${pulumi.getStack()}`;
const data = new docker.Volume("data", { name: `${name}-data` });

new docker.Container("server", {
    name,
    image: "localhost/redis-debian:8.0",
    command: ["redis-server", "/etc/redis/redis.conf"],
    networkMode: "none",
    volumes: [{ volumeName: data.name, containerPath: "/data" }],
    uploads: [{ file: "/etc/redis/redis.conf", content: pulumi.secret("requirepass 123456\nappendonly yes\n") }],
});
