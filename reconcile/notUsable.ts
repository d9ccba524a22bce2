import { hostOf, type Model } from "../redis/model/model";
import { describeStep, nodeOfStep } from "../redis/plan/describe";
import { stepKey, still } from "../redis/plan/movement";
import { isPaused } from "../redis/plan/servers";
import type { Plan } from "../redis/plan/step";
import { describeWaiting } from "../redis/plan/waiting";
import type { Observation, ServerObservation } from "../redis/state/observation";
import type { Attempts, Trial } from "./attempts";
import { connectEngine, lastLogLines } from "./docker/engine";

/** Of how many servers an error shows the log. */
const mostLogs = 3;

/** Why a deployment is not usable: what is left to do, with the last log lines of servers that may say what is wrong. */
export async function notUsable(
    model: Model,
    { steps, waiting }: Plan,
    attempts: Attempts,
    observation: Observation,
): Promise<string> {
    const undone: Trial[] = [
        ...attempts.left,
        ...waiting.map((one) => ({ node: one.node, sentence: describeWaiting(one) })),
        ...steps
            .filter((step) => !attempts.has(stepKey(step)))
            .map((step) => ({ node: nodeOfStep(step), sentence: `${describeStep(step)}: did not last` })),
    ];
    const lines = [`${model.prefix} is not usable: nothing has moved for ${still / 1000} s`];
    const logged = new Set<string>();
    for (const { node, sentence } of undone) {
        lines.push(`  ${sentence}`);
        const server = observation.find((one) => one.node === node);
        if (!server?.container || !isSick(server) || logged.has(server.node) || logged.size === mostLogs) continue;
        logged.add(server.node);
        lines.push(`    last log lines of ${server.container.name}:`);
        const engine = connectEngine(hostOf(model, server.host).docker);
        const log = await lastLogLines(engine, server.container.id, 5).catch((error: Error) => [error.message]);
        for (const line of log) lines.push(`      ${line}`);
    }
    return lines.join("\n");
}

/** Whether a server's own log may say what is wrong: it does not answer, or cannot follow its master. */
function isSick(server: ServerObservation): boolean {
    const { redis, sentinel } = server;
    if (isPaused(server) || sentinel) return false;
    return redis === undefined || (redis.role === "replica" && !redis.linkUp);
}
