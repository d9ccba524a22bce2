/**
 * What health checks cost: `npm run bench -- healthCheck [minutes]`, 2 when absent. Ten servers with the check of now and ten
 * with the earlier one, all at once on a Docker Engine of their own; beside them what a check costs at least, one that runs
 * `true`. Counted is the time on the processor of whoever does it: the container's shim with all that it has run, and the
 * daemons, by the number of checks.
 */
import { execFileSync, spawn } from "node:child_process";
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { serverContainer } from "../redis/model/containerSpecification";
import { healthCheck } from "../redis/model/files/healthCheck";
import { declaredFolder } from "../redis/model/files/startScript";
import { buildModel } from "../redis/model/model";
import { Hosts } from "../test/e2e/hosts";
import { images } from "../test/integration/servers";

const minutes = Number(process.argv[2] ?? 2);
const image = images["8.0"];
const password = "a-password-of-the-measurement";
const each = 10;

/** Kinds of checks: of a server at a port, how often, and of how many servers. */
const kinds: Record<string, { tests: (port: number) => string[]; interval: string; count: number }> = {
    earlier: { tests: healthCheck, interval: "10s", count: each },
    now: { tests: healthCheck, interval: intervalOfNow(), count: each },
    true: { tests: () => ["CMD", "true"], interval: "2s", count: 1 },
};

function intervalOfNow(): string {
    const model = buildModel({ image, nodes: [{ name: "a", port: 6379 }] }, { id: "", prefix: "" });
    const [node] = model.nodes;
    return node ? serverContainer(model, node).healthcheck.interval : "";
}

async function main(): Promise<void> {
    const folder = mkdtempSync(join(tmpdir(), "redis-health-"));
    chmodSync(folder, 0o755);
    const hosts = await Hosts.create(1, [image]);
    try {
        const docker = hosts.host("a").docker;
        writeFileSync(join(folder, "health-password"), password);
        writeFileSync(join(folder, "users.acl"), `user default off\nuser health on >${password} +ping\n`);
        const run = (...args: string[]) => execFileSync("docker", ["-H", docker, ...args], { encoding: "utf8" }).trim();
        let port = 7000;
        const servers = Object.entries(kinds).flatMap(([kind, { tests, interval, count }]) =>
            Array.from({ length: count }, () => {
                port++;
                const server = ["redis-server", "--port", String(port), "--aclfile", `${declaredFolder}/users.acl`];
                const id = run(
                    ...["run", "-d", "--network", "host", "-v", `${folder}:${declaredFolder}:ro`, "--entrypoint", ""],
                    ...["--health-cmd", tests(port).slice(1).join(" "), "--health-interval", interval],
                    ...["--health-timeout", "3s", "--health-start-period", "10s", image, ...server],
                );
                return { kind, id };
            }),
        );
        await sleep(15_000);
        // An Engine remembers too few events to be asked afterwards.
        const only = ["--filter", "event=exec_die", "--format", "{{.Actor.ID}}"];
        const events = spawn("docker", ["-H", docker, "events", ...only]);
        let told = "";
        events.stdout.on("data", (chunk) => {
            told += chunk;
        });
        const look = () => ({
            shims: new Map(servers.map(({ id }) => [id, spent(`-id ${id}`)])),
            daemons: spent(`dockerd --host=${docker}`) + spent(`containerd --config ${docker.slice(7, -12)}`),
        });
        const before = look();
        await sleep(minutes * 60_000);
        const after = look();
        events.kill();
        const ended = told.trim().split("\n");
        const shared = (after.daemons - before.daemons) / ended.length;
        for (const [kind, { count, interval }] of Object.entries(kinds)) {
            const ids = servers.filter((server) => server.kind === kind).map(({ id }) => id);
            const checks = ended.filter((id) => ids.includes(id)).length;
            const own = ids.reduce((sum, id) => sum + (after.shims.get(id) ?? 0) - (before.shims.get(id) ?? 0), 0);
            const status = new Set(ids.map((id) => run("inspect", "-f", "{{.State.Health.Status}}", id)));
            const all = own + shared * checks;
            console.log(
                `  ${kind.padEnd(8)} every ${interval.padEnd(5)} ${(all / checks).toFixed(1)} ms a check, ` +
                    `${(shared).toFixed(1)} ms of it in the daemons, n = ${checks}; ` +
                    `${(all / count / minutes).toFixed(0)} ms a minute and server, ${count} servers (${[...status].join(", ")})`,
            );
        }
    } finally {
        hosts.remove();
        rmSync(folder, { recursive: true, force: true });
    }
}

/** Milliseconds on the processor of the processes whose command line holds a text, with all that they have waited for. */
function spent(text: string): number {
    const found = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandLine(pid).includes(text));
    const ticks = found.map((pid) => {
        const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
            .replace(/^.*\) /, "")
            .split(" ");
        return fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
    });
    return ticks.reduce((sum, one) => sum + one, 0) * 10;
}

function commandLine(pid: string): string {
    try {
        return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
    } catch {
        return "";
    }
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
