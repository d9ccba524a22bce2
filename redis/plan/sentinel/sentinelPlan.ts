import { hashPassword } from "../../acl/rules";
import { type Endpoint, hostOf, type Model, masterOf, nodeOf, present, stays } from "../../model/model";
import type { Watch } from "../../model/sentinel/declaration";
import type { Observation, ServerObservation } from "../../state/observation";
import { downFlags, type SentinelObservation, type SentinelView } from "../../state/sentinel";
import type { Desired } from "../desired";
import { drainSuccessorOf, successorExpectation } from "../drain/successor";
import { isDraining } from "../drain/tree";
import { passwordState } from "../passwordState";
import { onceLogged } from "../persistence";
import { fullest, isLive, type Live, mayHoldMore, sameEndpoint, serverAt, serverOf } from "../replication/live";
import { planReplication } from "../replication/replicationPlan";
import { at, silence } from "../servers";
import type { Plan } from "../step";
import { planUsers } from "../userSteps";
import type { Waiting } from "../waiting";
import type { SentinelStep } from "./sentinelStep";

const failoverUnderWay: Waiting = { node: "Sentinel", expected: "its failover to end", seen: "it in progress" };

type Answering = ServerObservation & { sentinel: SentinelObservation };

/**
 * The tree that is to be while Sentinels watch: a star around the master of their last failover. Roles are theirs, so a
 * failover of theirs is no drift. Before they watch it is the declared tree.
 */
export function treeUnderSentinel(model: Model, observation: Observation): Model {
    const master = agreedMaster(observation);
    const server = serverAt(
        observation.filter(({ kind }) => kind !== "sentinel"),
        master,
    );
    if (!server?.declared || server.node === masterOf(model).name) return model;
    const nodes = model.nodes.map((node) =>
        node.name === server.node ? { ...node, replicaOf: undefined } : { ...node, replicaOf: server.node },
    );
    return { ...model, nodes };
}

/**
 * The master's address by the last failover that any Sentinel knows: the others are told of it within seconds. Where none
 * is later than others, that of most. Undefined when nobody watches.
 */
function agreedMaster(observation: Observation): Endpoint | undefined {
    const votes = new Map<string, { endpoint: Endpoint; count: number }>();
    for (const { view } of lastViews(observation)) {
        const vote = votes.get(at(view.master)) ?? { endpoint: view.master, count: 0 };
        votes.set(at(view.master), { ...vote, count: vote.count + 1 });
    }
    return [...votes.values()].sort((a, b) => b.count - a.count)[0]?.endpoint;
}

/** The Sentinels that know of the last failover, with what they see. */
function lastViews(observation: Observation): { node: string; view: SentinelView }[] {
    const views = answering(observation).flatMap(({ node, sentinel: { watch } }) =>
        watch ? [{ node, view: watch }] : [],
    );
    const last = Math.max(...views.map(({ view }) => view.configEpoch));
    return views.filter(({ view }) => view.configEpoch === last);
}

/**
 * What unites Sentinels that have failed over to different masters at once: a failover on command asks for no votes, so both
 * may have the same epoch, and then neither ever takes the other's view. Those that are fewer begin anew.
 */
export function unitingSteps(observation: Observation): SentinelStep[] {
    const master = agreedMaster(observation);
    if (!master || isFailingOver(observation)) return [];
    return lastViews(observation)
        .filter(({ view }) => !sameEndpoint(view.master, master))
        .map(({ node, view }) =>
            unwatch(node, view.name, `it names ${at(view.master)} as the master, most name ${at(master)}`),
        );
}

/** What has Sentinels watch again that were told to begin anew, or have lost what they knew. */
export function rewatchingSteps(observation: Observation): SentinelStep[] {
    const current = serverAt(
        observation.filter(({ kind }) => kind !== "sentinel"),
        agreedMaster(observation),
    );
    if (current?.redis?.role !== "master" || isFailingOver(observation)) return [];
    return answering(observation)
        .filter(({ sentinel: { watch } }) => !watch)
        .map(({ node }) => ({ kind: "watch", node, master: current.announce, masterNode: current.node }));
}

/** What lies between a declared tree that Sentinels watch and what was seen of both. */
export function planSentinel(desired: Desired, observation: Observation): Plan {
    const { model } = desired;
    const servers = observation.filter(({ kind }) => kind !== "sentinel");
    const sentinels = observation.filter(({ kind }) => kind === "sentinel");
    const own = planOwn(
        { ...desired, passwordState: desired.passwordState ?? passwordState(desired, observation) },
        sentinels,
    );
    const steps: Plan["steps"] = [...own.steps];
    const waiting = [...own.waiting];

    const strayed = answering(sentinels).flatMap(({ node, sentinel: { watch } }) =>
        watch && !serverAt(servers, watch.master)
            ? [unwatch(node, watch.name, `its master ${at(watch.master)} is none of this deployment`)]
            : [],
    );
    if (strayed.length > 0) return { steps: [...steps, ...strayed], waiting };
    const current = serverAt(servers, agreedMaster(sentinels));
    if (isFailingOver(sentinels)) {
        return { steps, waiting: [...waiting, failoverUnderWay] };
    }
    const uniting = unitingSteps(sentinels);
    if (uniting.length > 0) return { steps: [...steps, ...uniting], waiting };
    const tree = treeUnderSentinel(model, observation);
    if (current) {
        const roles = planCurrent({ ...desired, model: tree }, servers, current);
        if (roles) {
            const logged = onceLogged(model, servers, roles.steps);
            return {
                steps: [...steps, ...logged.steps],
                waiting: [...waiting, ...roles.waiting, ...logged.waiting],
            };
        }
    }
    const replication = planReplication({ ...desired, model: tree }, servers);
    steps.push(...replication.steps);
    waiting.push(...replication.waiting);
    if (steps.length + waiting.length > 0 || !model.watch) return { steps, waiting };

    // The tree is usable: now it is moved to the declared master if that was asked for, and watched.
    const declared = masterOf(model);
    if (current?.declared && isDraining(model, current)) {
        const successor = drainSuccessorOf(model, current, servers);
        if (!successor) return { steps, waiting: [successorExpectation(current)] };
        return onceLogged(model, servers, [
            handover(current.node, successor.node, `since ${current.host} is draining`),
        ]);
    }
    const isAsked = (desired.moved || desired.returned?.includes(declared.name)) && stays(model, declared);
    if (current && current.node !== declared.name && isAsked) {
        return onceLogged(model, servers, [handover(current.node, declared.name, "the declared master")]);
    }
    const leaving = servers.filter((server): server is Live => !server.declared && isLive(server));
    const attached = leaving.filter(({ redis }) => serverAt(servers, redis.following)?.declared);
    if (attached.length > 0) return { steps: attached.map(({ node }) => ({ kind: "dismiss", node })), waiting };
    return planViews(model, tree, answering(sentinels));
}

/** What stands before the tree as long as the watched master is none: Sentinel promotes another, or is asked to. */
function planCurrent(desired: Desired, servers: Observation, current: ServerObservation): Plan | undefined {
    const declared = masterOf(desired.model).name;
    if (!current.redis) {
        if (current.container && ["exited", "created"].includes(current.container.state) && current.declared)
            return undefined;
        const expected = `an answer on ${at(current.reach)}, or Sentinel to promote another server`;
        return { steps: [], waiting: [{ node: current.node, expected }] };
    }
    if (current.redis.role === "master") {
        if (current.declared) return undefined;
        const successor = serverOf(servers, nodeOf(desired.model, declared).name);
        const ready =
            isLive(successor) && successor.redis.linkUp && sameEndpoint(successor.redis.following, current.announce);
        if (ready) return { steps: [handover(current.node, declared, `${current.node} leaves`)], waiting: [] };
        return undefined;
    }
    const step = handoverOfEmpty(servers, current);
    return step && { steps: [step], waiting: [] };
}

/** Has the server with the data take the place of a watched master that came up empty: by itself Sentinel may never do it. */
function handoverOfEmpty(servers: Observation, { node, redis }: ServerObservation): SentinelStep | undefined {
    const others = servers.filter((server): server is Live => server.node !== node && isLive(server));
    const holder = fullest(others.filter(({ redis }) => redis.keys > 0));
    if (!redis || redis.role === "master" || redis.keys > 0 || !holder || mayHoldMore(servers)) return undefined;
    return handover(node, holder.node, `${node} came up empty`);
}

/** Whether Sentinel is just promoting somebody. */
export function isFailingOver(observation: Observation): boolean {
    return answering(observation).some(({ sentinel }) => sentinel.watch?.flags.includes("failover_in_progress"));
}

/** The step without which no server gets in sync while Sentinels watch: the watched master came up empty. */
export function rescueUnderSentinel(observation: Observation): SentinelStep[] {
    const servers = observation.filter(({ kind }) => kind !== "sentinel");
    const current = serverAt(servers, agreedMaster(observation));
    const step = current && handoverOfEmpty(servers, current);
    return step ? [step] : [];
}

/** Has Sentinels that leave watch nothing any more: they would take a handover for a failure, or undo it. */
export function silenceLeaving(observation: Observation): SentinelStep[] {
    return observation.flatMap(({ declared, node, sentinel }) =>
        !declared && sentinel?.watch ? [unwatch(node, sentinel.watch.name, "it leaves")] : [],
    );
}

/** Whether Sentinels see to the roles, or may: one that runs and does not answer. */
export function areWatched(observation: Observation): boolean {
    return observation.some(({ kind, sentinel, container, gone }) => {
        if (kind !== "sentinel" || gone) return false;
        return sentinel ? sentinel.watch !== undefined : ["running", "paused"].includes(container?.state ?? "");
    });
}

function handover(from: string, to: string, why: string): SentinelStep {
    return { kind: "sentinelFailover", from, to, why };
}

function unwatch(node: string, name: string, why: string): SentinelStep {
    return { kind: "unwatch", node, name, why };
}

function answering(sentinels: Observation): Answering[] {
    return sentinels.filter((server): server is Answering => server.declared && server.sentinel !== undefined);
}

/** What each Sentinel needs by itself: that it runs, and its users. Those that leave fall silent first. */
function planOwn(desired: Desired, sentinels: Observation): Plan {
    const { model, passwords = {}, passwordState: state = passwordState(desired, sentinels) } = desired;
    const plan: Plan = { steps: [], waiting: [] };
    plan.steps.push(...silenceLeaving(sentinels));
    for (const server of sentinels) {
        if (!server.declared || hostOf(model, server.host).down) continue;
        if (server.sentinel) {
            plan.steps.push(...planUsers(desired, server, state));
            if (state.taken && server.sentinel.passwordHash !== hashPassword(passwords.sentinel ?? ""))
                plan.steps.push({ kind: "setSentinelPassword", node: server.node });
        } else if (server.container && ["exited", "created"].includes(server.container.state)) {
            plan.steps.push({ kind: "start", node: server.node, status: server.container.status });
        } else {
            plan.waiting.push({
                node: server.node,
                expected: `an answer on ${at(server.reach)}`,
                seen: silence(server),
            });
        }
    }
    if (!model.sentinels?.length) plan.waiting.push({ node: "Sentinel", state: "none is declared" });
    return plan;
}

/** What each Sentinel is told and sees: the master, the settings, exactly the declared replicas and other Sentinels. */
function planViews(model: Model, tree: Model, sentinels: Answering[]): Plan {
    const plan: Plan = { steps: [], waiting: [] };
    const { watch } = model;
    const master = masterOf(tree);
    if (!watch) return plan;
    // Those on hosts that are down may be known still, and cannot be found again.
    const replicas = present(tree).filter(({ replicaOf }) => replicaOf).length;
    const others = present(model, model.sentinels).length - 1;
    for (const { node, sentinel } of sentinels) {
        const view = sentinel.watch;
        if (!view) {
            plan.steps.push({ kind: "watch", node, master: master.announce, masterNode: master.name });
            continue;
        }
        if (view.name !== watch.name) {
            plan.steps.push(unwatch(node, view.name, `the master is called ${watch.name} now`));
            continue;
        }
        const changes = Object.fromEntries(
            Object.entries(watch).filter(([key, value]) => key !== "name" && view[key as keyof Watch] !== value),
        );
        if (Object.keys(changes).length > 0) {
            plan.steps.push({ kind: "setSentinel", node, name: watch.name, changes });
        }
        const expected = (what: string, seen: string) => plan.waiting.push({ node, expected: what, seen });
        if (!sameEndpoint(view.master, master.announce)) {
            expected(`${master.name} as the master (${at(master.announce)})`, at(view.master));
            continue;
        }
        const surplus = [
            ...unknownAddresses(
                view.replicas,
                tree.nodes.filter(({ replicaOf }) => replicaOf),
            ),
            ...unknownAddresses(view.others, model.sentinels ?? []),
        ];
        if (surplus.length > 0) {
            // One at a time: a Sentinel that has just forgotten the others has no quorum.
            if (plan.steps.every(({ kind }) => kind !== "rediscover") && plan.waiting.length === 0) {
                plan.steps.push({ kind: "rediscover", node, name: watch.name, why: `it knows ${surplus.join(", ")}` });
            }
            continue;
        }
        const down = downFlags(view);
        if (down.length > 0) {
            // The tree is usable, so it is not the master that is wrong.
            const hint = `${master.name} answers this program: can ${node} reach it, and sign in as the user sentinel?`;
            expected(`${master.name} to be up`, `${down.join(", ")} (${hint})`);
        }
        if (view.replicas.length < replicas) expected(`${replicas} replicas`, String(view.replicas.length));
        if (view.others.length < others) expected(`${others} other Sentinels`, String(view.others.length));
        if (!view.quorumCheck.startsWith("OK")) expected("a quorum", view.quorumCheck);
    }
    return plan;
}

/** Addresses that are none of the declared nodes'. */
function unknownAddresses(known: { endpoint: Endpoint }[], nodes: { announce: Endpoint }[]): string[] {
    return known
        .filter(({ endpoint }) => !nodes.some(({ announce }) => sameEndpoint(endpoint, announce)))
        .map(({ endpoint }) => at(endpoint));
}

/** A step in a sentence. */
export function describeSentinelStep(step: SentinelStep): string {
    switch (step.kind) {
        case "watch":
            return `${step.node}: watch ${step.masterNode} (${at(step.master)})`;
        case "unwatch":
            return `${step.node}: watch ${step.name} no more (${step.why})`;
        case "setSentinel":
            return `${step.node}: set ${Object.entries(step.changes)
                .map(([name, value]) => `${name} ${value}`)
                .join(", ")}`;
        case "setSentinelPassword":
            return `${step.node}: sign in with the declared password`;
        case "rediscover":
            return `${step.node}: forget replicas and other Sentinels and find them again (${step.why})`;
        case "dismiss":
            return `${step.node}: leave the master, out of Sentinel's reach (it leaves)`;
        case "sentinelFailover":
            return `${step.from}: hand over to ${step.to} through Sentinel, ${step.why}`;
    }
}
