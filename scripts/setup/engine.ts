import { existsSync } from "node:fs";
import { defaultSocket, localEndpoint } from "../../reconcile/docker/endpoint";
import { connectEngine } from "../../reconcile/docker/engine";
import { within } from "../../reconcile/within";
import { aptInstall, canUseApt } from "./apt";
import { startEngine } from "./dockerd";
import { Failure } from "./failure";
import { which } from "./paths";
import { step } from "./progress";

/** How long a running Engine may take to answer, in milliseconds. */
const patience = 5000;

/** Makes sure that the local Docker Engine answers, and returns its version. Installs and starts one where it may. */
export async function engine(env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const endpoint = localEndpoint(env);
    const running = await version(endpoint);
    if (running.answer) return running.answer;
    if (endpoint !== defaultSocket) {
        throw new Failure(
            `The Docker Engine at ${endpoint} does not answer (${running.problem}). Start it, or choose another one ` +
                "with DOCKER_HOST or `docker context use`.",
        );
    }
    if (process.platform !== "linux" || process.getuid?.() !== 0 || /EACCES/.test(running.problem)) {
        throw new Failure(
            `No Docker Engine answers at ${endpoint} (${running.problem}). ` +
                (/EACCES/.test(running.problem)
                    ? "This user may not use it: add the user to the group docker, and log in again."
                    : "Start Docker, or install it: https://docs.docker.com/engine/install/"),
        );
    }
    const daemon = await installed(env);
    await step("Starting the Docker Engine", () =>
        startEngine(daemon, async () => (await version(endpoint)).answer !== undefined, env),
    );
    const started = await version(endpoint);
    if (!started.answer) throw new Failure(`The Docker Engine started and stopped again: ${started.problem}`);
    return started.answer;
}

/** dockerd, from the distribution's packages when it is missing. */
async function installed(env: NodeJS.ProcessEnv): Promise<string> {
    const present = find(env);
    if (present) return present;
    if (canUseApt()) {
        await step("Installing the Docker Engine from the distribution's packages", () =>
            aptInstall(["docker.io", "iptables"]),
        );
        const path = find(env);
        if (path) return path;
    }
    throw new Failure("No Docker Engine is running or installed. Install it: https://docs.docker.com/engine/install/");
}

function find(env: NodeJS.ProcessEnv): string | undefined {
    return which("dockerd", env) ?? ["/usr/sbin/dockerd", "/usr/bin/dockerd"].find((path) => existsSync(path));
}

async function version(endpoint: string): Promise<{ answer?: string; problem: string }> {
    try {
        const { Version } = await within(patience, connectEngine(endpoint).version());
        return { answer: Version, problem: "" };
    } catch (error) {
        return { problem: (error as Error).message };
    }
}
