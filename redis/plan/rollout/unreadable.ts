import type { Problem } from "../../declaration/problem";
import { at } from "../../model/endpoint";
import type { Observation } from "../../state/observation";
import { isPaused } from "../servers";
import { standingOf } from "./standing";

/**
 * Servers of ours, declared or about to leave, that may hold data and do not answer: nothing is to be changed around them.
 * Sentinels hold none. Of paused ones the plan says what to do (`pausedServers`).
 */
export function unreadableProblems(observation: Observation): Problem[] {
    return observation
        .filter((server) => server.kind !== "sentinel" && !isPaused(server))
        .filter((server) => standingOf(server, observation) === "unreadable")
        .map(({ node, container, reach, problem = "no answer" }) => ({
            path: node,
            message: `does not answer on ${at(reach)} although its container runs (${problem}), and may be the one that has the data: ${remedy(container?.name ?? node, problem)}`,
        }));
}

function remedy(container: string, problem: string): string {
    if (/^(WRONGPASS|NOAUTH)/.test(problem))
        return "it takes another password of administrator: name that as previous.administrator, and it is told the new one";
    return `see docker logs ${container}; docker restart ${container} starts it again`;
}
