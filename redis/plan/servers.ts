import { at } from "../model/endpoint";
import { liveOwnDirectives } from "../model/files/ownDirectives";
import { hostOf, type Model, type NodeModel } from "../model/model";
import { liveSettings, needsRestart, sameValue, showLive } from "../settings/settings";
import { isStartable } from "../state/containerStates";
import type { Observation, RedisObservation, ServerObservation } from "../state/observation";
import { isCurrent } from "../state/whereabouts";
import type { Desired, PasswordState } from "./desired";
import { passwordState } from "./passwordState";
import { persistenceSettings, planPersistence } from "./persistence";
import type { Change, ServerStep } from "./serverStep";
import type { Plan } from "./step";
import { planUsers } from "./userSteps";
import type { Waiting } from "./waiting";

/**
 * What brings each declared server by itself to its declaration: that it runs, its settings, its users.
 * @param suspended settings of a server that are not to be set now
 */
export function planServers(
    desired: Desired,
    observation: Observation,
    suspended: (server: ServerObservation) => string[] = () => [],
): Plan {
    const { model } = desired;
    const state = desired.passwordState ?? passwordState(desired, observation);
    const plan: Plan = { steps: [], waiting: [] };
    for (const server of observation) {
        if (!server.declared) continue;
        const node = model.nodes.find(({ name }) => name === server.node);
        if (!node || hostOf(model, node.host).down) continue;
        if (server.redis) {
            const others = [...suspended(server), ...persistenceSettings];
            plan.steps.push(...planUsers(desired, server, state), ...configure(desired, node, server, others, state));
            plan.steps.push(...planPersistence(node, server));
            if (server.redis.loadedBytes !== undefined) {
                const seen = `${server.redis.loadedBytes} bytes`;
                plan.waiting.push({ node: server.node, expected: "to have loaded its data", seen });
            }
        } else {
            const { steps, waiting } = startOrWait(server, opening(model, server));
            plan.steps.push(...steps);
            plan.waiting.push(...waiting);
        }
    }
    return plan;
}

/** What is expected of a server that does not answer. */
export const answer = (reach: ServerObservation["reach"]): string => `an answer on ${at(reach)}`;

/**
 * Starts a server or Sentinel that does not answer, or waits for its answer.
 * @param hint why there may be none
 */
export function startOrWait(server: ServerObservation, hint = ""): Plan {
    const { container, node, reach } = server;
    if (container && isStartable(container)) {
        return { steps: [{ kind: "start", node, status: container.status }], waiting: [] };
    }
    return { steps: [], waiting: [{ node, expected: answer(reach), seen: silence(server) + hint }] };
}

/** What may have to be opened for a server that runs elsewhere and cannot be connected to. */
function opening({ network }: Model, { container, problem = "", reach }: ServerObservation): string {
    const unreached = container?.state === "running" && /E(TIMEDOUT|CONNREFUSED|HOSTUNREACH|NETUNREACH)/.test(problem);
    if (network.mode !== "host" || !unreached) return "";
    return ` (is TCP port ${reach.port} of ${reach.host} open to this machine?)`;
}

/** What is seen of a server that is not there. */
export const noContainer = "no container";

/** What is seen of a server that does not answer. */
export function silence(server: ServerObservation): string {
    if (server.gone) return server.gone;
    if (!server.container) return server.problem ?? noContainer;
    if (isPaused(server)) return `its container paused (docker unpause ${server.container.name})`;
    return server.container.state === "running"
        ? (server.problem ?? "nothing")
        : `its container ${server.container.state} (${server.container.status})`;
}

/** Whether somebody has frozen a server with `docker pause`: it is there, and can be neither asked nor told anything. */
export function isPaused({ container }: ServerObservation): boolean {
    return container?.state === "paused";
}

/** What only whoever paused containers can do. Until then nothing is changed around them. */
export function pausedServers(observation: Observation): Waiting[] {
    const paused = observation.filter(isPaused);
    if (paused.length === 0) return [];
    const hosts = new Set(observation.map(({ host }) => host));
    return paused.map(({ node, host, container }) => {
        const where = hosts.size > 1 ? ` on ${host}` : "";
        const seen = `it paused, and it may hold what no other server has: run \`docker unpause ${container?.name}\`${where}`;
        return { node, expected: "its container to run", seen };
    });
}

function configure(
    { model, replicationPassword }: Desired,
    node: NodeModel,
    server: ServerObservation,
    suspended: string[],
    { taken }: PasswordState,
): ServerStep[] {
    const { redis } = server;
    const changes: Change[] = [];
    const own = liveOwnDirectives(model, node);
    for (const name of Object.keys(node.settings)) {
        const [now, was] = [node.settings[name] ?? "", redis?.settings[name]];
        if (was === undefined || suspended.includes(name) || needsRestart(name) || sameValue(name, now, was)) continue;
        changes.push({ name, sentence: `${name} ${showLive(name, was)} -> ${now === "" ? "(empty)" : now}` });
    }
    // Until its container is replaced it has the name, the port and the network that the others know.
    const isOld = server.container?.specification !== undefined && !isCurrent(model, node, server);
    for (const name of isOld ? [] : Object.keys(own)) {
        const [now, was] = [own[name], redis?.settings[name]];
        if (was !== now) changes.push({ name, sentence: `${name} ${was || "(empty)"} -> ${now}` });
    }
    if (redis?.defaults) changes.push(...undeclared(node, redis, redis.defaults, [...suspended, ...Object.keys(own)]));
    // A link that is made anew has to be taken everywhere.
    if (taken && redis?.settings.masterauth !== replicationPassword)
        changes.push({ name: "masterauth", sentence: "masterauth" });
    return changes.length > 0 ? [{ kind: "configure", node: node.name, changes }] : [];
}

/**
 * Settings that are not declared (any more) go back to the defaults of the server's image: its next start would have them
 * anyhow, and then one server would differ from the others.
 */
function undeclared(
    node: NodeModel,
    { settings }: RedisObservation,
    defaults: Record<string, string>,
    others: string[],
): Change[] {
    return liveSettings.flatMap((name): Change[] => {
        const [was, value] = [settings[name], defaults[name]];
        if (was === undefined || value === undefined || was === value) return [];
        if (Object.hasOwn(node.settings, name) || others.includes(name)) return [];
        const sentence = `${name} ${showLive(name, was)} -> ${showLive(name, value)} (its default; it is not declared)`;
        return [{ name, sentence, value }];
    });
}
