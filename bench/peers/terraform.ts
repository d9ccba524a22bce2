import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { image, memory, type Tool } from "./deployment";
import { firstLine, type Plain, type PlainCommands, plainServers, program } from "./plainServers";

/** Terraform with the provider `kreuzwerker/docker`, which `terraform init` has to find. */
export const terraform: Tool = { name: "terraform", deploy: (nodes) => plainServers(nodes, commands) };

/** What it says of its version; undefined where it is not on PATH. */
export const terraformVersion = async () => (await firstLine("terraform", ["version"]))?.replace(/^Terraform v/, "");

const commands: PlainCommands = {
    write: async (folder, plain) => {
        await writeFile(join(folder, "main.tf.json"), JSON.stringify(file(plain)));
        await program("terraform", ["init", "-input=false"], folder);
    },
    apply: (folder) => program("terraform", ["apply", "-auto-approve", "-input=false", "-no-color"], folder),
    nothingToDo: /^No changes\./m,
    destroy: (folder) => program("terraform", ["destroy", "-auto-approve", "-input=false", "-no-color"], folder),
};

function file({ prefix, subnet, servers }: Plain) {
    const containers = servers.map(({ name, address, port, command }) => [
        name,
        {
            name: `${prefix}-${name}`,
            image,
            command,
            memory,
            // What Docker makes of it: the provider would change it back in each `apply`.
            memory_swap: 2 * memory,
            restart: "unless-stopped",
            ports: [{ internal: 6379, external: port, ip: "127.0.0.1" }],
            volumes: [{ volume_name: `\${docker_volume.${name}.name}`, container_path: "/data" }],
            // biome-ignore lint/suspicious/noTemplateCurlyInString: Terraform's own.
            networks_advanced: [{ name: "${docker_network.all.name}", ipv4_address: address }],
        },
    ]);
    const volumes = servers.map(({ name }) => [name, { name: `${prefix}-${name}` }]);
    return {
        terraform: { required_providers: { docker: { source: "kreuzwerker/docker" } } },
        resource: {
            docker_network: { all: { name: `${prefix}-all`, ipam_config: [{ subnet }] } },
            docker_volume: Object.fromEntries(volumes),
            docker_container: Object.fromEntries(containers),
        },
    };
}
