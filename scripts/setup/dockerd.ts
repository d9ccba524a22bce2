import { spawn } from "node:child_process";
import { existsSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "./failure";
import { stateFolder } from "./paths";
import { attempt, lastLines } from "./processes";

/** How long an Engine may take to start, in milliseconds. */
const patience = 60_000;

/** Starts the Docker Engine, with systemd where that runs and directly where not, and waits until it answers. */
export async function startEngine(
    daemon: string,
    answers: () => Promise<boolean>,
    env: NodeJS.ProcessEnv = process.env,
    args: string[] = [],
): Promise<void> {
    const running = existsSync("/run/systemd/system") ? await startService() : startDirectly(daemon, args, env);
    const deadline = Date.now() + patience;
    while (!(await answers())) {
        const ended = running.ended();
        if (ended || Date.now() > deadline) {
            throw new Failure(
                `The Docker Engine ${ended ? "ended" : `did not answer within ${patience / 1000} s`}. ` +
                    `Its last words (${running.where}):\n${lastLines(await running.log(), 15)}`,
            );
        }
        await sleep(200);
    }
}

interface Running {
    where: string;
    ended: () => boolean;
    log: () => Promise<string>;
}

async function startService(): Promise<Running> {
    const { code } = await attempt("systemctl", ["start", "docker"]);
    return {
        where: "journalctl -u docker",
        ended: () => code !== 0,
        log: async () => (await attempt("journalctl", ["-u", "docker", "-n", "30", "--no-pager"])).stdout,
    };
}

/** In a session of its own, so that it outlives this command and its terminal. */
function startDirectly(daemon: string, args: string[], env: NodeJS.ProcessEnv): Running {
    const folder = stateFolder(env);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const path = join(folder, "dockerd.log");
    const log = openSync(path, "w", 0o600);
    const child = spawn(daemon, args, { detached: true, stdio: ["ignore", log, log], cwd: "/" });
    let ended = false;
    child.on("exit", () => {
        ended = true;
    });
    child.on("error", () => {
        ended = true;
    });
    child.unref();
    return { where: path, ended: () => ended, log: async () => readFileSync(path, "utf8") };
}
