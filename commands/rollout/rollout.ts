import { setTimeout as sleep } from "node:timers/promises";
import { hostOf, type Model, nodeOf } from "../../redis/model";
import type { Observation, ServerObservation } from "../../redis/observation";
import { type Step, words } from "../../redis/plan";
import { roleSteps } from "../../redis/rollout/roles";
import { copiesOf, type Standing, standingOf, standingWords } from "../../redis/rollout/standing";
import { successorOf } from "../../redis/rollout/successor";
import { nextWave, nodesOf, outdated, type Wave } from "../../redis/rollout/waves";
import { at, type Desired } from "../../redis/servers";
import { apply } from "../apply";
import type { Look } from "../convergence";
import { connectEngine, lastLogLines } from "../docker/engine";
import { serverOf } from "../observed";
import type { Connections } from "../redis/connection";
import { acceptNewPasswords } from "./passwords";
import { type PreviousContainer, putBack, remember, removeIfThere } from "./previousContainer";
import { allowWrites } from "./writes";

/** How long nothing may move before a server is given up, in milliseconds. */
const patience = 30_000;
/** How long servers that are not in sync are waited for when nothing can be done for them by roles, in milliseconds. */
const calm = 3_000;
/** For how long after its start a container that ends counts as one that cannot run, in milliseconds. */
const crashAfter = 1_000;
/** How often it is said what is waited for, in milliseconds. */
const speakEvery = 10_000;
/** Pause between two looks, in milliseconds. */
const pause = 50;

export interface RolloutContext {
    desired: Desired;
    connections: Connections;
    look: Look;
    /** Takes a line about what is done. */
    say: (line: string) => void;
    /** Servers that Pulumi's own plan replaces, as far as that is known. */
    planned: ReadonlySet<string>;
}

/**
 * Says whose containers Pulumi may replace next, and sees to it that nothing is lost: heals first, waits until replaced
 * servers are back in sync before others go, and has masters hand over before their turn. It goes by what was really
 * replaced, not by what was expected: a container that is not the one it was has been.
 */
export class Rollout {
    private readonly model: Model;
    private readonly left: Set<string>;
    /** Ids of containers before anything was replaced. */
    private readonly before: ReadonlyMap<string, string>;
    private readonly expected: Set<string>;
    private readonly previous = new Map<string, PreviousContainer>();
    /** Servers that were of use before their turn, or have to be by now. */
    private readonly needed = new Set<string>();
    private tried = false;
    private prepared = false;

    constructor(
        private readonly context: RolloutContext,
        private observation: Observation,
    ) {
        const { model } = context.desired;
        this.model = model;
        this.left = new Set(nodesOf(model).map(({ name }) => name));
        this.before = new Map(
            observation.flatMap(({ node, container }) => (container ? [[node, container.id] as const] : [])),
        );
        this.expected = new Set([...outdated(model, observation), ...context.planned]);
    }

    /** The servers whose turn it is; undefined when all have had theirs. Throws when those that are left cannot go on. */
    async next(): Promise<Wave | undefined> {
        if (this.left.size === 0) return undefined;
        if (!this.tried && this.needed.size === 0) await this.begin();
        const wave =
            nextWave(this.model, this.observation, this.left, this.tried, this.expected) ?? (await this.waitForTurn());
        for (const server of this.observation) {
            if (wave.nodes.includes(server.node)) await this.takeOut(server);
        }
        return wave;
    }

    /** What a container that Pulumi does not know, or may replace, needs before its turn. */
    private async takeOut({ node, host, container }: ServerObservation): Promise<void> {
        if (!container) return;
        const engine = connectEngine(hostOf(this.model, host).docker);
        if (container.putBack) await removeIfThere(engine, container.name);
        else if (container.state === "running") this.previous.set(node, await remember(engine, container.id));
    }

    /** Heals what can be healed, before anything is replaced. */
    private async begin(): Promise<void> {
        if (this.expected.size > 0) await this.prepare().catch(() => undefined);
        await this.heal();
        for (const server of this.observation) {
            const standing = standingOf(server, this.observation);
            if (server.declared && ["inSync", "master"].includes(standing)) this.needed.add(server.node);
        }
    }

    /** What has to hold while servers of both kinds run: both passwords are taken, writes do not wait for replicas. */
    private async prepare(): Promise<void> {
        if (this.prepared) return;
        await acceptNewPasswords(this.context.desired, this.observation, this.context.connections);
        await allowWrites(this.model, this.observation, this.context.connections);
        this.prepared = true;
    }

    /** Whether a master has to hand over: its container is about to be replaced, or may be for reasons nobody knows. */
    handsOver(node: string): boolean {
        return this.expected.has(node);
    }

    /**
     * Has masters hand over. Returns when none of them is one any more, those apart that nobody can stand in for.
     * @throws when a handover does not come about
     */
    async handOver(wave: Wave): Promise<void> {
        const masters = wave.nodes.filter((node) => this.handsOver(node));
        if (wave.kind !== "masters" || masters.length === 0) return;
        const left = new Set([...this.left, ...wave.nodes]);
        let lastCause = "";
        await this.until(
            async () => {
                await this.prepare();
                const of = (node: string) => serverOf({ observation: this.observation }, node);
                const still = masters.map(of).filter((one) => standingOf(one, this.observation) === "master");
                if (still.length === 0) return [];
                const steps = still.flatMap((master) => {
                    const successor = successorOf(this.model, master, this.observation, left);
                    return successor ? this.handoverOf(master, successor) : [];
                });
                const done = await Promise.allSettled(steps.map((step) => this.do(step)));
                for (const one of done) if (one.status === "rejected") lastCause = (one.reason as Error).message;
                return still.map(
                    ({ node }) =>
                        `${node}: expected it to hand over to a replica in sync, seen it still the master${lastCause ? ` (${lastCause})` : ""}`,
                );
            },
            patience,
            () => undefined,
        );
    }

    /** The next step by which a master gives its place to a successor. */
    private handoverOf(master: ServerObservation, successor: ServerObservation): Step[] {
        const why = `before the container of ${master.node} is replaced`;
        switch (this.model.topology) {
            case "cluster":
                return [{ kind: "takeOver", node: successor.node, from: master.node, mode: "graceful", why }];
            case "sentinel":
                return [{ kind: "sentinelFailover", from: master.node, to: successor.node, why }];
            case "replication": {
                const follow = (server: ServerObservation, parent: ServerObservation): Step => ({
                    kind: "follow",
                    node: server.node,
                    parent: parent.node,
                    endpoint: parent.announce,
                    was: `it follows ${at(server.redis?.following ?? parent.announce)}`,
                    why: `which takes the place of ${master.node}`,
                });
                const followsMaster = (server: ServerObservation) =>
                    server.redis?.following?.host === master.announce.host &&
                    server.redis.following.port === master.announce.port;
                if (!followsMaster(successor)) return [follow(successor, master)];
                // The others already follow the successor when it becomes the master, so that it is never alone.
                const others = copiesOf(master, this.observation).filter(
                    (one) => one !== successor && followsMaster(one),
                );
                if (others.length > 0) return others.map((other) => follow(other, successor));
                return [{ kind: "failover", from: master.node, to: successor.node, why }];
            }
        }
    }

    /**
     * Takes note of what Pulumi has made of a wave, and waits until whoever was replaced is of use again, unless all have had
     * their turn and convergence comes next.
     *
     * @param ids containers of the wave's nodes as they are now
     * @throws when one is not: then it has its previous container back, and nobody else is replaced
     */
    async done(wave: Wave, ids: ReadonlyMap<string, string>): Promise<void> {
        const replaced = wave.nodes.filter((node) => ids.get(node) !== this.before.get(node));
        for (const node of wave.nodes) this.left.delete(node);
        const wereUp = replaced.filter((node) => this.previous.has(node));
        if (wereUp.some((node) => !this.expected.has(node))) {
            // Pulumi has reasons that the declaration does not show: it may replace everybody.
            for (const node of this.left) this.expected.add(node);
        }
        if (!["absent", "behind"].includes(wave.kind)) this.tried = true;
        if (replaced.length === 0) return;
        for (const node of replaced) this.needed.add(node);
        const crashed = new Map<string, number>();
        try {
            await this.until(
                async () => {
                    if (this.expected.size > 0) await this.prepare();
                    await this.healOnce();
                    return this.missing();
                },
                patience,
                (observation) => this.crash(observation, replaced, crashed),
            );
        } catch (error) {
            throw new Error(await this.restore(wereUp, error as Error));
        }
    }

    /** What is not of use of those that have to be, in sentences. */
    private missing(): string[] {
        return this.observation.flatMap((server) => {
            if (!server.declared || !this.needed.has(server.node)) return [];
            // Whose turn has not come may have been away before.
            const standing = standingOf(server, this.observation);
            if (this.isOfUse(server, standing)) return [];
            const expected = server.kind === "sentinel" ? "an answer" : "it in sync";
            return [`${server.node}: expected ${expected}, seen ${standingWords(server, standing)}`];
        });
    }

    private isOfUse(server: ServerObservation, standing: Standing): boolean {
        if (server.kind === "sentinel")
            return server.sentinel?.watch?.quorumCheck.startsWith("OK") ?? standing === "inSync";
        if (["inSync", "master"].includes(standing)) return true;
        // A new shard has no slots before convergence gives it some.
        return standing === "idle" && !this.shardHasMaster(server);
    }

    private shardHasMaster({ node }: ServerObservation): boolean {
        const { replicaOf } = nodeOf(this.model, node);
        const shard = replicaOf ?? node;
        return this.observation.some(
            (other) =>
                other.declared &&
                (other.node === shard ||
                    this.model.nodes.some(({ name, replicaOf: of }) => name === other.node && of === shard)) &&
                standingOf(other, this.observation) === "master",
        );
    }

    /** A replaced server whose container does not stay up, once that is certain. */
    private crash(observation: Observation, replaced: string[], since: Map<string, number>): string | undefined {
        for (const { node, container } of observation) {
            if (!replaced.includes(node) || !container) continue;
            if (!["restarting", "exited", "dead"].includes(container.state)) continue;
            if (!since.has(node)) since.set(node, Date.now());
            if (Date.now() - (since.get(node) ?? 0) >= crashAfter) return node;
        }
        return undefined;
    }

    /** Makes servers again what they were, and says what happened. */
    private async restore(nodes: string[], { message }: Error): Promise<string> {
        const lines = [message];
        for (const node of nodes) {
            const server = serverOf({ observation: this.observation }, node);
            const previous = this.previous.get(node);
            if (!previous || this.isOfUse(server, standingOf(server, this.observation))) continue;
            const engine = connectEngine(hostOf(this.model, server.host).docker);
            const image = previous.inspected.Config.Image;
            const log = server.container ? await lastLogLines(engine, server.container.id, 5).catch(() => []) : [];
            lines.push(`  last log lines of ${node} with ${this.model.image}:`, ...log.map((line) => `    ${line}`));
            try {
                await putBack(engine, previous);
                lines.push(`  ${node} runs ${image} again, with the files it had.`);
            } catch (error) {
                lines.push(`  ${node} could not be given its previous container back: ${(error as Error).message}`);
            }
        }
        const others = [...this.left].filter((node) => this.before.has(node));
        if (others.length > 0)
            lines.push(`  Nothing was done to ${others.join(", ")}. Correct the declaration, and run this again.`);
        return lines.join("\n");
    }

    /** Looks and takes steps about roles, until everybody is of use or nothing more can be done. */
    private async heal(): Promise<void> {
        const bad = () =>
            this.observation.filter(
                (server) =>
                    server.declared &&
                    server.kind !== "sentinel" &&
                    ["unreadable", "loading", "behind"].includes(standingOf(server, this.observation)),
            );
        let deadline = Date.now() + calm;
        let last = "";
        let said = Date.now();
        while (bad().length > 0) {
            const did = await this.healOnce();
            const seen = this.movement();
            if (did || seen !== last) deadline = Date.now() + (this.masterless() ? patience : calm);
            last = seen;
            if (Date.now() > deadline) break;
            if (Date.now() - said > speakEvery) {
                said = Date.now();
                this.context.say(
                    `Waiting for ${bad()
                        .map((one) => `${one.node} (${standingWords(one, standingOf(one, this.observation))})`)
                        .join(", ")}`,
                );
            }
            await sleep(pause);
            await this.see();
        }
        const unreadable = bad().filter((server) => standingOf(server, this.observation) === "unreadable");
        if (unreadable.length > 0) throw new Error(unreadableWords(unreadable));
    }

    /** Whether Sentinel or Redis Cluster may be about to promote somebody. */
    private masterless(): boolean {
        if (this.model.topology === "replication") return false;
        return this.observation.some((server) => server.declared && standingOf(server, this.observation) === "behind");
    }

    /** Takes the steps about roles that are due; whether there were any. */
    private async healOnce(): Promise<boolean> {
        const complete = [...this.left].every((node) => !this.model.nodes.some(({ name }) => name === node));
        const steps = roleSteps(this.context.desired, this.observation, complete);
        for (const step of steps) await this.do(step).catch(() => undefined);
        return steps.length > 0;
    }

    private async do(step: Step): Promise<void> {
        const { desired, connections, say } = this.context;
        say(words(step));
        await apply(step, {
            model: this.model,
            observation: this.observation,
            connections,
            replicationPassword: desired.replicationPassword,
            sentinelPassword: desired.passwords?.sentinel,
            say,
        });
    }

    /** Waits until those that are left may go on. */
    private async waitForTurn(): Promise<Wave> {
        let wave: Wave | undefined;
        await this.until(
            async () => {
                await this.healOnce();
                wave = nextWave(this.model, this.observation, this.left, this.tried, this.expected);
                if (wave) return [];
                return this.observation
                    .filter(({ node }) => this.left.has(node))
                    .map(
                        (one) =>
                            `${one.node}: expected it in sync, or a master, seen ${standingWords(one, standingOf(one, this.observation))}`,
                    );
            },
            patience,
            () => undefined,
        );
        if (!wave) throw new Error("no wave");
        return wave;
    }

    private async see(): Promise<void> {
        this.observation = await this.context.look(this.model, this.context.connections);
    }

    /** Changes whenever something comes closer to being of use. */
    private movement(): string {
        return JSON.stringify(
            this.observation.map((server) => [
                standingOf(server, this.observation),
                server.redis?.syncBytesLeft,
                server.redis?.loadedBytes,
                server.container?.id,
            ]),
        );
    }

    /**
     * Looks again until nothing is missing.
     * @param missing what is, in sentences; may take steps
     * @param failed a server that cannot come any more
     */
    private async until(
        missing: () => Promise<string[]>,
        patience: number,
        failed: (observation: Observation) => string | undefined,
    ): Promise<void> {
        let deadline = Date.now() + patience;
        let last = "";
        let said = Date.now();
        for (;;) {
            await this.see();
            // A connection may break at any moment where containers are replaced.
            const wanting = await missing().catch((error: Error) => [error.message]);
            if (wanting.length === 0) return;
            const crashed = failed(this.observation);
            if (crashed) throw new Error(`${crashed} does not stay up with ${this.model.image}`);
            const seen = this.movement();
            if (seen !== last) deadline = Date.now() + patience;
            last = seen;
            if (Date.now() > deadline) {
                const head = `nothing has moved for ${patience / 1000} s`;
                throw new Error([head, ...wanting.map((sentence) => `  ${sentence}`)].join("\n"));
            }
            if (Date.now() - said > speakEvery) {
                said = Date.now();
                this.context.say(`Waiting: ${wanting.join("; ")}`);
            }
            await sleep(pause);
        }
    }
}

function unreadableWords(servers: ServerObservation[]): string {
    const lines = servers.map(
        (server) =>
            `  ${server.node}: expected an answer on ${at(server.reach)}, seen ${standingWords(server, "unreadable")}`,
    );
    return ["What does not answer may hold data, so nothing was replaced:", ...lines].join("\n");
}
