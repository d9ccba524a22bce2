/**
 * The time that the policy pack adds to a preview, with 6 and with 60 nodes: `npm run bench -- policies [runs]`, 7 when
 * absent. Goal: less than 1 s and less than 2 s.
 *
 * The same program is previewed with and without the pack in turn, so that whatever else the machine does is shared.
 * Nothing is created.
 */

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Backend, pack } from "../test/policy/support/cli";
import { median, seconds } from "./support/report";

const sizes = [6, 60];

/** A program with that many nodes of a cluster, each a volume, a container that carries files, and a server. */
function program(nodes: number): string {
    return `
const docker = require("@pulumi/docker");
for (let number = 1; number <= ${nodes}; number++) {
    const name = "node" + number;
    const port = 7000 + number;
    const data = new docker.Volume(name + "-data", { name: name + "-data" });
    const configuration = new docker.Volume(name + "-config", { name: name + "-config" });
    const files = new docker.Container(name + "-files", {
        name: name + "-files", image: "redis:8.2.1", start: false, mustRun: false,
        volumes: [{ volumeName: configuration.name, containerPath: "/etc/redis" }],
        uploads: [
            { file: "/etc/redis/redis.conf", content: "port " + port + "\\naclfile /etc/redis/users.acl\\nmaxmemory 256mb\\nmaxmemory-policy noeviction\\nappendonly yes\\ncluster-enabled yes\\nmasterauth kq0ZtPpW8vG2xRn6Yb1Lc\\n" },
            { file: "/etc/redis/users.acl", content: "user default on #" + "a".repeat(64) + " ~* &* +@all -@admin -@dangerous -@scripting\\n" },
        ],
    });
    new docker.Container(name, {
        name, image: "redis:8.2.1", command: ["redis-server", "/etc/redis/redis.conf"], user: "999:999", readOnly: true,
        capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges"], memory: 512, memorySwap: 512,
        restart: "unless-stopped", stopTimeout: 60, destroyGraceSeconds: 60, logOpts: { "max-size": "10m", "max-file": "3" },
        healthcheck: { tests: ["CMD", "redis-cli", "-e", "ping"], interval: "10s" },
        ports: [{ internal: port, external: port, ip: "127.0.0.1" }],
        volumes: [
            { volumeName: data.name, containerPath: "/data" },
            { volumeName: configuration.name, containerPath: "/etc/redis", readOnly: true },
        ],
    }, { dependsOn: [files] });
}
`;
}

async function main(): Promise<void> {
    const runs = Number(process.argv[2] ?? 7);
    const folder = mkdtempSync(join(tmpdir(), "redis-policy-bench-"));
    const backend = await Backend.open();
    try {
        for (const size of sizes) {
            const source = join(folder, `nodes${size}`);
            mkdirSync(source);
            const project = {
                name: `bench${size}`,
                runtime: { name: "nodejs", options: { typescript: false } },
                main: "index.js",
            };
            writeFileSync(join(source, "Pulumi.yaml"), JSON.stringify(project));
            writeFileSync(join(source, "index.js"), program(size));
            const without: number[] = [];
            const withPack: number[] = [];
            for (let run = 0; run < runs; run++) {
                without.push(await time(backend, source, `s${size}-${run}-a`));
                withPack.push(await time(backend, source, `s${size}-${run}-b`, "--policy-pack", pack));
            }
            const added = withPack.map((milliseconds, run) => milliseconds - (without[run] ?? 0));
            const ratio = (median(withPack) / median(without)).toFixed(2);
            console.log(`${size} nodes: without ${seconds(without)}, with ${seconds(withPack)}, ratio ${ratio}`);
            console.log(`${size} nodes: added ${seconds(added)}, n=${runs}, load ${loadavg()[0]?.toFixed(1)}`);
        }
    } finally {
        backend.remove();
        rmSync(folder, { recursive: true, force: true });
    }
}

async function time(backend: Backend, source: string, name: string, ...flags: string[]): Promise<number> {
    const { code, output, milliseconds, violations } = await backend.preview(source, name, ...flags);
    if (code !== 0 || violations.length > 0) {
        throw new Error(`${output}\n${violations.join("\n")}`);
    }
    return milliseconds;
}

void main();
