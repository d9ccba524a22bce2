import { setTimeout as sleep } from "node:timers/promises";
import type { Model } from "../../redis/model";
import { Movement } from "../../redis/movement";
import type { Observation, ServerObservation } from "../../redis/observation";
import { onceLogged } from "../../redis/persistence";
import type { Plan } from "../../redis/plan";
import { isLoading, isQuarantined } from "../../redis/replication/live";
import { handoverSteps } from "../../redis/rollout/handover";
import { planHealing } from "../../redis/rollout/roles";
import { isOfUse, isReplaceable, standingOf, standingWords } from "../../redis/rollout/standing";
import { successorOf } from "../../redis/rollout/successor";
import { nextWave, nodesOf, outdated, type Wave } from "../../redis/rollout/waves";
import { silenceLeaving } from "../../redis/sentinel/plan";
import { reconnect } from "../replication/reconnect";
import type { Previous } from "./containers";
import { changesNetwork, joinNetworks } from "./networks";
import { acceptNewPasswords } from "./passwords";
import { type RolloutContext, Watch } from "./watch";
import { allowWrites } from "./writes";

/** How long servers that are not in sync are waited for when nothing moves, before others have their turn, in milliseconds. */
const calm = 3_000;
/** The same while Sentinel or Redis Cluster may be about to promote somebody. */
const election = 30_000;
/** How long a replaced container must have been down to count as one that does not stay up, in milliseconds. */
const crashAfter = 1_000;
/** Pause between two looks, in milliseconds. */
const pause = 100;

/**
 * Says whose containers Pulumi may replace next, and sees to it that nothing is lost: heals first, waits until replaced
 * servers are back in sync before others go, and has masters hand over before their turn. It goes by what was really
 * replaced, not only by what was expected: a container that is not the one it was has been.
 */
export class Rollout {
    private readonly model: Model;
    private readonly watch: Watch;
    /** Whose turn has not come. */
    private readonly left: Set<string>;
    /** Ids of containers before anything was replaced. */
    private readonly before: ReadonlyMap<string, string>;
    /** Whose containers will be replaced, or may be for reasons that nobody knows. */
    private readonly expected: Set<string>;
    private readonly previous = new Map<string, Previous>();
    /** Who was of use before its turn, or has to be by now. */
    private readonly needed = new Set<string>();
    /** Replaced replicas that were seen answering. */
    private readonly reconnected = new Set<string>();
    private begun = false;
    /** Whether a server that worked has been through it. */
    private tried = false;
    /** Whether servers with old and new files can work together. */
    private prepared = false;

    constructor(context: RolloutContext, observation: Observation) {
        const { model } = context.desired;
        this.model = model;
        this.watch = new Watch(context, observation);
        this.left = new Set(nodesOf(model).map(({ name }) => name));
        this.before = new Map(
            observation.flatMap(({ node, container }) => (container ? [[node, container.id] as const] : [])),
        );
        // A container that was put back is not Pulumi's: it makes another one.
        const putBack = observation.filter(({ container }) => container?.putBack).map(({ node }) => node);
        this.expected = new Set([...outdated(model, observation), ...putBack, ...context.planned]);
    }

    private get observation(): Observation {
        return this.watch.observation;
    }

    /**
     * The servers whose turn it is; undefined when all have had theirs.
     * @throws when those that are left cannot go on, with what is seen of each
     */
    async next(): Promise<Wave | undefined> {
        if (this.left.size === 0) return undefined;
        if (!this.begun) await this.begin();
        const wave = this.wave() ?? (await this.waitForTurn());
        await Promise.all(this.servers(wave.nodes).map((server) => this.remember(server)));
        return wave;
    }

    /**
     * Makes way for new containers of a wave: masters hand over whose containers will be replaced, and containers go that
     * Pulumi does not know.
     * @throws when a master does not come to hand over, or somebody else is not any more what it was chosen for
     */
    async makeWay(wave: Wave): Promise<void> {
        await this.handOver(wave);
        const { containers } = this.watch.context;
        for (const server of this.servers(wave.nodes)) if (server.container?.putBack) await containers.remove(server);
    }

    /**
     * Waits until nothing is lost with the containers of a wave. Since they were chosen a master may have come to a halt, a
     * successor crashed after it took over, or a replica become the only copy.
     */
    private async handOver({ kind, nodes }: Wave): Promise<void> {
        const due = nodes.filter((node) => !["absent", "alone", "sentinel"].includes(kind) && this.expected.has(node));
        if (due.length === 0) return;
        let cause = "";
        await this.watch.until(async () => {
            if (kind === "masters") await this.prepare();
            const still = this.servers(due).filter((one) => !isReplaceable(this.model, one, this.observation));
            const handovers = still.flatMap((master) => {
                if (kind !== "masters" || standingOf(master, this.observation) !== "master") return [];
                const successor = successorOf(this.model, master, this.observation, this.left);
                return successor ? handoverSteps(this.model, master, successor, this.observation) : [];
            });
            const { steps, waiting } = onceLogged(this.model, this.observation, handovers);
            const tries = await Promise.allSettled(steps.map((step) => this.watch.do(step)));
            for (const one of tries) if (one.status === "rejected") cause = ` (${(one.reason as Error).message})`;
            if (still.length > 0 && handovers.length === 0) await this.heal();
            const expected = kind === "masters" ? "it to have handed over to a replica in sync" : "it in sync";
            const seen = (server: ServerObservation) => standingWords(server, standingOf(server, this.observation));
            const lines = still.map((one) => `${one.node}: expected ${expected}, seen ${seen(one)}${cause}`);
            // Sentinel has the other replicas follow the new master a second later: until then that is the only copy.
            if (kind === "masters" && still.length === 0) lines.push(...this.missing(nodes));
            return [...waiting, ...lines];
        });
    }

    /**
     * Takes note of what Pulumi has made of a wave, and waits until whoever was replaced is of use again.
     *
     * @param ids containers of the wave's nodes as they are now
     * @throws when one is not: it has its previous container back then, and nobody else is replaced
     */
    async done(wave: Wave, ids: ReadonlyMap<string, string>): Promise<void> {
        for (const node of wave.nodes) this.left.delete(node);
        if (!["absent", "behind"].includes(wave.kind)) this.tried = true;
        const replaced = wave.nodes.filter((node) => ids.get(node) !== this.before.get(node));
        // Where nobody else is left, convergence comes next.
        if (replaced.length === 0 || (this.left.size === 0 && wave.kind === "absent")) return;
        for (const node of replaced) this.needed.add(node);
        if (replaced.some((node) => this.ran(node) && !this.expected.has(node))) {
            // Pulumi has reasons that the declaration does not show: it may replace everybody.
            for (const node of this.left) this.expected.add(node);
        }
        const down = new Map<string, number>();
        try {
            await this.watch.until(
                async () => {
                    await this.prepare();
                    await this.reconnect(replaced);
                    const { waiting } = await this.heal();
                    return [...waiting, ...this.missing()];
                },
                () => this.crash(replaced, down),
            );
        } catch (error) {
            throw new Error(await this.restore(replaced, error as Error));
        }
    }

    private wave(): Wave | undefined {
        return nextWave(this.model, this.observation, this.left, this.tried, this.expected);
    }

    private servers(nodes: string[]): ServerObservation[] {
        return this.observation.filter(({ declared, node }) => declared && nodes.includes(node));
    }

    /** Whether a server's container was there before. */
    private ran(node: string): boolean {
        return this.before.has(node);
    }

    /** Heals what can be healed, before anything is replaced. */
    private async begin(): Promise<void> {
        this.begun = true;
        const { connections, containers } = this.watch.context;
        if (changesNetwork(this.model, this.observation)) {
            // The network was made since the last look.
            await this.watch.look();
            await joinNetworks(this.model, this.observation, containers, connections);
            await this.watch.look();
        }
        if (this.model.topology === "replication") {
            for (const step of silenceLeaving(this.observation)) await this.watch.do(step);
        }
        // What a server does not take now is tried again before masters hand over.
        if (this.expected.size > 0) await this.prepare().catch(() => undefined);
        await this.healFirst();
        for (const server of this.observation) {
            const standing = standingOf(server, this.observation);
            if (server.declared && ["inSync", "master"].includes(standing)) this.needed.add(server.node);
        }
    }

    /** What has to hold while servers with old and new files run: both passwords are taken, writes wait for no replica. */
    private async prepare(): Promise<void> {
        if (this.prepared) return;
        const { desired, connections } = this.watch.context;
        await acceptNewPasswords(desired, this.observation, connections);
        await allowWrites(this.model, this.observation, connections);
        this.prepared = true;
    }

    /** Waits for servers that come back by themselves, or by steps about roles, as long as anything moves. */
    private async healFirst(): Promise<void> {
        const movement = new Movement();
        const sick = () =>
            this.observation.some(
                (server) =>
                    server.declared &&
                    server.kind !== "sentinel" &&
                    ["unreadable", "loading", "behind"].includes(standingOf(server, this.observation)),
            );
        const patience = this.model.topology === "replication" ? calm : election;
        for (let until = Date.now() + patience; sick() && Date.now() < until; ) {
            if ((await this.heal()).steps.length > 0) until = Date.now() + patience;
            await sleep(pause);
            await this.watch.look();
            if (movement.seen(this.observation)) until = Date.now() + patience;
        }
    }

    /** Takes the steps about roles that are due, and returns them with what they wait for. One that fails is due again. */
    private async heal(): Promise<Plan> {
        const complete = this.model.nodes.every(({ name }) => !this.left.has(name));
        const plan = planHealing(this.watch.context.desired, this.observation, complete);
        for (const step of plan.steps) await this.watch.do(step).catch(() => undefined);
        return plan;
    }

    /** Spares a tree's new replicas the up to a second that Redis waits until it connects them, each once. */
    private async reconnect(nodes: string[]): Promise<void> {
        if (this.model.topology !== "replication") return;
        for (const { node, reach, redis } of this.servers(nodes)) {
            if (!redis?.following || isLoading(redis) || this.reconnected.has(node)) continue;
            this.reconnected.add(node);
            const idle = !redis.linkUp && redis.syncBytesRead === undefined && !isQuarantined(redis);
            if (idle) await reconnect(await this.watch.context.connections.to(reach), redis.following);
        }
    }

    /** Waits until those that are left may go on. */
    private async waitForTurn(): Promise<Wave> {
        let wave: Wave | undefined;
        await this.watch.until(async () => {
            // Who cannot sign in to a master never gets in sync.
            await this.prepare();
            await this.heal();
            wave = this.wave();
            return wave ? [] : this.servers([...this.left]).map((server) => this.expectation(server));
        });
        if (!wave) throw new Error("no server may be replaced, and none is left");
        return wave;
    }

    /** Remembers a container that will be replaced, to put it back. */
    private async remember(server: ServerObservation): Promise<void> {
        if (server.container?.state !== "running" || !this.expected.has(server.node)) return;
        this.previous.set(server.node, await this.watch.context.containers.remember(server));
    }

    /** What is not of use of those that have to be, but for some, in sentences. */
    private missing(but: string[] = []): string[] {
        const useless = this.servers([...this.needed]).filter(
            (server) => !but.includes(server.node) && !isOfUse(this.model, server, this.observation),
        );
        return useless.map((server) => this.expectation(server));
    }

    private expectation(server: ServerObservation): string {
        const expected = server.kind === "sentinel" ? "a Sentinel with a quorum" : "it in sync, or a master";
        return `${server.node}: expected ${expected}, seen ${standingWords(server, standingOf(server, this.observation))}`;
    }

    /** A replaced server whose container does not stay up, once that is certain. */
    private crash(replaced: string[], down: Map<string, number>): string | undefined {
        for (const { node, container } of this.servers(replaced)) {
            if (!container || !["restarting", "exited", "dead"].includes(container.state)) continue;
            const since = down.get(node) ?? Date.now();
            down.set(node, since);
            if (Date.now() - since >= crashAfter) return `${node}: does not stay up with ${this.model.image}`;
        }
        return undefined;
    }

    /** Makes servers again what they were that are to blame, and says what happened. */
    private async restore(nodes: string[], { message }: Error): Promise<string> {
        const lines = [message];
        const useless = this.servers([...this.needed]).filter((one) => !isOfUse(this.model, one, this.observation));
        for (const server of useless) {
            const { node } = server;
            const previous = this.previous.get(node);
            if (!previous || !nodes.includes(node) || useless.some((other) => !nodes.includes(other.node))) continue;
            const log = await this.watch.context.containers.lastLogLines(server, 5).catch(() => []);
            lines.push(`  last log lines of ${node} with ${this.model.image}:`, ...log.map((line) => `    ${line}`));
            // Under another name it would hold the port and the data.
            const putBack = this.watch.context.containers.remove(server).then(() => previous.putBack());
            lines.push(
                await putBack.then(
                    () => `  ${node} runs ${previous.image} again, with the files it had.`,
                    (error: Error) => `  ${node} could not be given its previous container back: ${error.message}`,
                ),
            );
        }
        const others = [...this.left].filter((node) => this.ran(node));
        if (others.length > 0) {
            lines.push(`  Nothing was done to ${others.join(", ")}. Correct the declaration, and run this again.`);
        }
        return lines.join("\n");
    }
}
