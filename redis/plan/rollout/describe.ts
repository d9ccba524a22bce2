import type { Problem } from "../../declaration/problem";
import type { Model } from "../../model/model";
import type { Observation } from "../../state/observation";
import { handoverPause } from "../clients";
import { copiesOf, standingOf } from "./standing";
import { hasReplicas, nextWave, nodesOf, outdated, type Wave } from "./waves";

/**
 * What a rollout will do, in the order in which it happens, as far as it can be foreseen: each sentence begins with the
 * name of a server whose container will be replaced.
 */
export function describeRollout(model: Model, observation: Observation): string[] {
    const due = new Set(outdated(model, observation));
    const left = new Set(nodesOf(model).map(({ name }) => name));
    const sentences = describeMoves(model, observation);
    for (let tried = false, wave: Wave | undefined; due.size > 0 && left.size > 0; ) {
        wave = nextWave(model, observation, left, tried, due);
        if (!wave) break;
        for (const node of wave.nodes) {
            left.delete(node);
            if (due.delete(node)) sentences.push(`${node}: ${how(wave.kind, node, model, observation)}`);
        }
        if (wave.kind !== "absent" && wave.kind !== "behind") tried = true;
    }
    for (const node of due) sentences.push(`${node}: replaced once it is in sync`);
    return sentences;
}

/** Which servers get another name, port or host, and what becomes of their data. */
function describeMoves(model: Model, observation: Observation): string[] {
    return observation.flatMap((server): string[] => {
        const { node: name, declared, formerly, container, reach, host } = server;
        const node = nodesOf(model).find((one) => one.name === name);
        if (!declared || !node) return [];
        const old = observation.find((other) => other.node.startsWith(`${name}@`));
        if (old && !container)
            return [
                `${name}: made anew on ${host}; the one on ${old.host} hands over to it, and leaves when it has the data`,
            ];
        const { dataVolume } = node.names;
        return [
            ...(formerly ? [`${name}: is ${formerly} under a new name, and keeps the data volume ${dataVolume}`] : []),
            ...(container && reach.port !== node.port ? [`${name}: goes from port ${reach.port} to ${node.port}`] : []),
        ];
    });
}

function how(kind: Wave["kind"], node: string, model: Model, observation: Observation): string {
    switch (kind) {
        case "absent":
            return "replaced at once, nobody depends on it";
        case "behind":
            return "replaced at once, it is behind its master";
        case "canary":
            return "replaced first, as the canary: the others wait until it is in sync";
        case "replicas":
            return "replaced when those before it are back in sync";
        case "masters": {
            const pauses = `writes pause for about ${handoverPause(model)} at each handover`;
            return `replaced last, after it has handed over to a replica (${names(node, observation)}); ${pauses}`;
        }
        case "alone":
            return "replaced, and away for some seconds, to reads and writes: it has no replica that could stand in for it";
        case "sentinel":
            return "replaced when the other Sentinels have their quorum";
    }
}

function names(node: string, observation: Observation): string {
    const master = observation.find((server) => server.declared && server.node === node);
    return master
        ? copiesOf(master, observation)
              .map((copy) => copy.node)
              .join(" or ")
        : "";
}

/**
 * Masters whose replacement is foreseen and that nobody can stand in for, as problems for a deployment that allows no
 * outage. A replica that is behind may be in sync by then, and the update waits for that.
 */
export function outageProblems(model: Model, observation: Observation): Problem[] {
    const due = new Set(outdated(model, observation));
    const away = observation.filter(
        (server) =>
            due.has(server.node) && standingOf(server, observation) === "master" && !hasReplicas(model, server.node),
    );
    return away.map(({ node }) => ({
        path: node,
        message:
            "would be replaced, and away for some seconds, since it has no replica that could stand in for it, and allowOutage is false: add a replica first, or allow it for this change",
    }));
}
