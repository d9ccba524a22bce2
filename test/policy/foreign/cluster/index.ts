import { local } from "@pulumi/command";
import * as docker from "@pulumi/docker";

const machines = [
    { address: "192.168.10.10", ports: [6371, 6372, 6373] },
    { address: "192.168.10.11", ports: [6374, 6375, 6376] },
];

const nodes: docker.Container[] = [];
for (const { address, ports } of machines) {
    const provider = new docker.Provider(`machine-${address}`, { host: `ssh://root@${address}` });
    for (const port of ports) {
        const config = `port ${port}
requirepass 1234
masterauth 1234
protected-mode no
daemonize no
appendonly yes
cluster-enabled yes
cluster-config-file nodes.conf
cluster-node-timeout 15000
cluster-announce-ip ${address}
cluster-announce-port ${port}
cluster-announce-bus-port 1${port}
`;
        nodes.push(
            new docker.Container(
                `redis-${port}`,
                {
                    name: `redis-${port}`,
                    image: "redis:6.2",
                    command: ["redis-server", "/usr/local/etc/redis/redis.conf"],
                    restart: "always",
                    networkMode: "host",
                    uploads: [{ file: "/usr/local/etc/redis/redis.conf", content: config }],
                    volumes: [
                        { hostPath: `/usr/local/docker-redis/redis-cluster/${port}/data`, containerPath: "/data" },
                    ],
                },
                { provider },
            ),
        );
    }
}

const addresses = machines.flatMap(({ address, ports }) => ports.map((port) => `${address}:${port}`));
new local.Command(
    "create-cluster",
    {
        create: `ssh root@192.168.10.10 docker exec redis-6371 redis-cli -a 1234 --cluster create ${addresses.join(" ")} --cluster-replicas 1 --cluster-yes`,
    },
    { dependsOn: nodes },
);
