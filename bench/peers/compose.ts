import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { image, memory, type Tool } from "./deployment";
import { firstLine, type Plain, type PlainCommands, plainServers, program } from "./plainServers";

/** Docker Compose; tuned, without Redis's wait for more replicas before a synchronisation, as ours does without it. */
export const composeTools: Tool[] = [
    { name: "compose", deploy: (nodes) => plainServers(nodes, commands) },
    { name: "compose-tuned", deploy: (nodes) => plainServers(nodes, commands, { "repl-diskless-sync-delay": 0 }) },
];

/** What it says of its version; undefined where it is not on PATH. */
export const composeVersion = () => firstLine("docker-compose", ["version", "--short"]);

const commands: PlainCommands = {
    write: (folder, plain) => writeFile(join(folder, "docker-compose.yml"), JSON.stringify(file(plain))),
    apply: (folder, { prefix }) => program("docker-compose", ["-p", prefix, "up", "-d"], folder),
    destroy: (folder, { prefix }) => program("docker-compose", ["-p", prefix, "down", "-v"], folder),
};

function file({ prefix, subnet, servers }: Plain) {
    const services = servers.map(({ name, address, port, command }) => [
        name,
        {
            image,
            command,
            container_name: `${prefix}-${name}`,
            mem_limit: `${memory}m`,
            restart: "unless-stopped",
            ports: [`127.0.0.1:${port}:6379`],
            volumes: [`${name}:/data`],
            networks: { all: { ipv4_address: address } },
        },
    ]);
    return {
        version: "2.4",
        services: Object.fromEntries(services),
        volumes: Object.fromEntries(servers.map(({ name }) => [name, {}])),
        networks: { all: { ipam: { config: [{ subnet }] } } },
    };
}
