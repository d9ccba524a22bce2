import type { Model } from "../../model/model";
import { changesNetwork } from "../../state/network";
import type { Observation, ServerObservation } from "../../state/observation";
import type { Desired } from "../desired";
import { isOwnFault } from "../faults";
import { type Movement, still } from "../movement";
import { onceLogged } from "../persistence";
import { isLoading, isQuarantined } from "../replication/live";
import { silenceLeaving } from "../sentinel/sentinelPlan";
import type { Plan, Step } from "../step";
import type { RolloutDriver } from "./driver";
import { handoverSteps } from "./handover";
import { planHealing } from "./roles";
import { describeStanding, isOfUse, isReplaceable, standingOf } from "./standing";
import { successorOf } from "./successor";
import { nextWave, nodesOf, outdated, type Wave } from "./waves";

/** How long servers that are not in sync are waited for when nothing moves, before others have their turn, in milliseconds. */
const calm = 3_000;
/** The same while Sentinel or Redis Cluster may be about to promote somebody. */
const election = 30_000;
/** How long a replaced container must have been down to count as one that does not stay up, in milliseconds. */
const crashAfter = 1_000;

/**
 * The rolling update of a deployment: whose containers may be replaced next, and what is done so that nothing is lost. It
 * heals first, waits until replaced servers are back in sync before others go, and has masters hand over before their turn.
 * It goes by what was really replaced, not only by what was expected: a container that is not the one it was has been.
 */
export class RollingUpdate<What> {
    private readonly model: Model;
    /** Whose turn has not come. */
    private readonly left: Set<string>;
    /** Ids of containers before anything was replaced. */
    private readonly before: ReadonlyMap<string, string>;
    /** Whose containers will be replaced, or may be for reasons that nobody knows. */
    private readonly expected: Set<string>;
    /** Whose containers can be put back. */
    private readonly restorable = new Set<string>();
    /** Who was of use before its turn, or has to be by now. */
    private readonly needed = new Set<string>();
    /** Replaced replicas that were seen answering. */
    private readonly reconnected = new Set<string>();
    private begun = false;
    /** Whether a server that worked has been through it. */
    private tried = false;
    /** Whether servers with old and new files can work together. */
    private prepared = false;

    /** @param planned servers that Pulumi's own plan replaces, as far as that is known */
    constructor(
        private readonly driver: RolloutDriver<What>,
        private readonly desired: Desired,
        private observation: Observation,
        planned: ReadonlySet<string>,
    ) {
        const { model } = desired;
        this.model = model;
        this.left = new Set(nodesOf(model).map(({ name }) => name));
        this.before = new Map(
            observation.flatMap(({ node, container }) => (container ? [[node, container.id] as const] : [])),
        );
        // A container that was put back is not Pulumi's: it makes another one.
        const putBack = observation.filter(({ container }) => container?.putBack).map(({ node }) => node);
        this.expected = new Set([...outdated(model, observation), ...putBack, ...planned]);
    }

    /**
     * The servers whose turn it is; undefined when all have had theirs.
     * @throws when those that are left cannot go on, with what is seen of each
     */
    *next(): Generator<What, Wave | undefined> {
        if (this.left.size === 0) return undefined;
        if (!this.begun) yield* this.begin();
        const wave = this.wave() ?? (yield* this.waitForTurn());
        const replaceable = this.servers(wave.nodes).filter(
            ({ node, container }) => container?.state === "running" && this.expected.has(node),
        );
        yield* this.driver.record(replaceable);
        for (const { node } of replaceable) this.restorable.add(node);
        return wave;
    }

    /**
     * Makes way for new containers of a wave: masters hand over whose containers will be replaced, and containers go that
     * Pulumi does not know.
     * @throws when a master does not come to hand over, or somebody else is not any more what it was chosen for
     */
    *makeWay(wave: Wave): Generator<What> {
        yield* this.handOver(wave);
        for (const server of this.servers(wave.nodes)) if (server.container?.putBack) yield* this.driver.remove(server);
    }

    /**
     * Takes note of what Pulumi has made of a wave, and waits until whoever was replaced is of use again.
     *
     * @param ids containers of the wave's nodes as they are now
     * @throws when one is not: it has its previous container back then, and nobody else is replaced
     */
    *done(wave: Wave, ids: ReadonlyMap<string, string>): Generator<What> {
        for (const node of wave.nodes) this.left.delete(node);
        if (!["absent", "behind"].includes(wave.kind)) this.tried = true;
        const replaced = wave.nodes.filter((node) => ids.get(node) !== this.before.get(node));
        // Where nobody else is left, convergence comes next.
        if (replaced.length === 0 || (this.left.size === 0 && wave.kind === "absent")) return;
        for (const node of replaced) this.needed.add(node);
        if (replaced.some((node) => this.before.has(node) && !this.expected.has(node))) {
            // Pulumi has reasons that the declaration does not show: it may replace everybody.
            for (const node of this.left) this.expected.add(node);
        }
        const down = new Map<string, number>();
        try {
            yield* this.until(
                () => this.usefulAgain(replaced),
                () => this.crash(replaced, down),
            );
        } catch (error) {
            if (isOwnFault(error)) throw error;
            throw new Error(yield* this.restore(replaced, error as Error));
        }
    }

    private wave(): Wave | undefined {
        return nextWave(this.model, this.observation, this.left, this.tried, this.expected);
    }

    private servers(nodes: string[]): ServerObservation[] {
        return this.observation.filter(({ declared, node }) => declared && nodes.includes(node));
    }

    /** Heals what can be healed, before anything is replaced. */
    private *begin(): Generator<What> {
        this.begun = true;
        if (changesNetwork(this.model, this.observation)) {
            // The network was made since the last look.
            yield* this.look();
            yield* this.driver.joinNetworks(this.observation);
            yield* this.look();
        }
        if (this.model.topology === "replication") {
            const [failure] = yield* this.driver.apply(silenceLeaving(this.observation), this.observation);
            if (failure) throw new Error(failure);
        }
        try {
            if (this.expected.size > 0) yield* this.prepare();
        } catch (error) {
            // What a server does not take now is tried again before masters hand over.
            if (isOwnFault(error)) throw error;
        }
        yield* this.healFirst();
        for (const server of this.observation) {
            const standing = standingOf(server, this.observation);
            if (server.declared && ["inSync", "master"].includes(standing)) this.needed.add(server.node);
        }
    }

    private *prepare(): Generator<What> {
        if (this.prepared) return;
        yield* this.driver.prepare(this.observation);
        this.prepared = true;
    }

    /** Waits for servers that come back by themselves, or by steps about roles, as long as anything moves. */
    private *healFirst(): Generator<What> {
        const stillness = new Stillness(this.driver);
        const patience = this.model.topology === "replication" ? calm : election;
        for (let sick = this.sick(); sick.length > 0 && !stillness.lasts(patience); sick = this.sick()) {
            const { steps } = yield* this.heal();
            stillness.did(steps);
            yield* this.driver.pause(sick.map((server) => this.expectation(server)));
            yield* this.look();
            stillness.seen(this.observation);
        }
    }

    private sick(): ServerObservation[] {
        return this.observation.filter(
            (server) =>
                server.declared &&
                server.kind !== "sentinel" &&
                ["unreadable", "loading", "behind"].includes(standingOf(server, this.observation)),
        );
    }

    /** Takes the steps about roles that are due, and returns them with what they wait for. One that fails is due again. */
    private *heal(): Generator<What, Plan> {
        const complete = this.model.nodes.every(({ name }) => !this.left.has(name));
        const plan = planHealing(this.desired, this.observation, complete);
        for (const step of plan.steps) yield* this.driver.apply([step], this.observation);
        return plan;
    }

    /** Waits until those that are left may go on. */
    private *waitForTurn(): Generator<What, Wave> {
        yield* this.until(() => this.beforeTurn());
        const wave = this.wave();
        if (!wave) throw new Error("no server may be replaced, and none is left");
        return wave;
    }

    private *beforeTurn(): Generator<What, string[]> {
        // Who cannot sign in to a master never gets in sync.
        yield* this.prepare();
        yield* this.heal();
        return this.wave() ? [] : this.servers([...this.left]).map((server) => this.expectation(server));
    }

    /**
     * Waits until nothing is lost with the containers of a wave. Since they were chosen a master may have come to a halt, a
     * successor crashed after it took over, or a replica become the only copy.
     */
    private *handOver({ kind, nodes }: Wave): Generator<What> {
        const due = nodes.filter((node) => !["absent", "alone", "sentinel"].includes(kind) && this.expected.has(node));
        const failed: string[] = [];
        if (due.length > 0) yield* this.until(() => this.beforeReplacement({ kind, nodes: due }, nodes, failed));
    }

    /** @param failed why steps failed, also those of earlier tries */
    private *beforeReplacement({ kind, nodes }: Wave, all: string[], failed: string[]): Generator<What, string[]> {
        if (kind === "masters") yield* this.prepare();
        const left = this.servers(nodes).filter((one) => !isReplaceable(this.model, one, this.observation));
        const handovers = left.flatMap((master) => {
            if (kind !== "masters" || standingOf(master, this.observation) !== "master") return [];
            const successor = successorOf(this.model, master, this.observation, this.left);
            return successor ? handoverSteps(this.model, master, successor, this.observation) : [];
        });
        const { steps, waiting } = onceLogged(this.model, this.observation, handovers);
        // Of two elections of a cluster at once one may get no votes, and begins anew after four times cluster-node-timeout.
        const rounds = this.model.topology === "cluster" ? steps.map((step) => [step]) : [steps];
        for (const round of rounds) failed.push(...(yield* this.driver.apply(round, this.observation)));
        // Masters that have been made to forget each other give no replica their votes.
        const heals = handovers.length === 0 || this.model.topology === "cluster";
        if (left.length > 0 && heals) yield* this.heal();
        const expected = kind === "masters" ? "it to have handed over to a replica in sync" : "it in sync";
        const cause = failed.length > 0 ? ` (${failed.at(-1)})` : "";
        const lines = left.map((one) => `${one.node}: expected ${expected}, seen ${this.seen(one)}${cause}`);
        // Sentinel has the other replicas follow the new master a second later: until then that is the only copy.
        if (kind === "masters" && left.length === 0) lines.push(...this.missing(all));
        return [...waiting, ...lines];
    }

    /** What is missing until replaced servers and all others are of use. */
    private *usefulAgain(replaced: string[]): Generator<What, string[]> {
        yield* this.prepare();
        yield* this.reconnect(replaced);
        const { waiting } = yield* this.heal();
        return [...waiting, ...this.missing()];
    }

    /** Spares a tree's new replicas the up to a second that Redis waits until it connects them, each once. */
    private *reconnect(nodes: string[]): Generator<What> {
        if (this.model.topology !== "replication") return;
        for (const server of this.servers(nodes)) {
            const { node, redis } = server;
            if (!redis?.following || isLoading(redis) || this.reconnected.has(node)) continue;
            this.reconnected.add(node);
            const idle = !redis.linkUp && redis.syncBytesRead === undefined && !isQuarantined(redis);
            if (idle) yield* this.driver.reconnect(server);
        }
    }

    /** Who is not of use of those that have to be. */
    private useless(): ServerObservation[] {
        return this.servers([...this.needed]).filter((server) => !isOfUse(this.model, server, this.observation));
    }

    /** The same but for some, in sentences. */
    private missing(but: string[] = []): string[] {
        return this.useless()
            .filter(({ node }) => !but.includes(node))
            .map((server) => this.expectation(server));
    }

    private expectation(server: ServerObservation): string {
        const expected = server.kind === "sentinel" ? "a Sentinel with a quorum" : "it in sync, or a master";
        return `${server.node}: expected ${expected}, seen ${this.seen(server)}`;
    }

    private seen(server: ServerObservation): string {
        return describeStanding(server, standingOf(server, this.observation));
    }

    /** A replaced server whose container does not stay up, once that is certain. */
    private crash(replaced: string[], down: Map<string, number>): string | undefined {
        for (const { node, container } of this.servers(replaced)) {
            if (!container || !["restarting", "exited", "dead"].includes(container.state)) continue;
            const since = down.get(node) ?? this.driver.now();
            down.set(node, since);
            if (this.driver.now() - since >= crashAfter) return `${node}: does not stay up with ${this.model.image}`;
        }
        return undefined;
    }

    /** Makes servers again what they were that are to blame, and says what happened. */
    private *restore(nodes: string[], { message }: Error): Generator<What, string> {
        const lines = [message];
        const useless = this.useless();
        const toBlame = useless.every(({ node }) => nodes.includes(node)) ? useless : [];
        for (const server of toBlame) {
            if (this.restorable.has(server.node)) lines.push(...(yield* this.driver.putBack(server)));
        }
        const others = [...this.left].filter((node) => this.before.has(node));
        if (others.length > 0) {
            lines.push(`  Nothing was done to ${others.join(", ")}. Correct the declaration, and run this again.`);
        }
        return lines.join("\n");
    }

    private *look(): Generator<What> {
        this.observation = yield* this.driver.look();
    }

    /**
     * Looks again and again until nothing is missing.
     *
     * @param missing what is, each in a sentence; may take steps, and what fails in it is tried again
     * @param given what nobody may wait for any longer, in a sentence
     * @throws when nothing has moved for 30 s, with what is missing
     */
    private *until(
        missing: () => Generator<What, string[]>,
        given: () => string | undefined = () => undefined,
    ): Generator<What> {
        const stillness = new Stillness(this.driver);
        for (;;) {
            yield* this.look();
            // Connections may break at any moment while containers are replaced.
            const expected = yield* orFailure(missing());
            if (expected.length === 0) return;
            const hopeless = given();
            if (hopeless) throw new Error(hopeless);
            stillness.seen(this.observation);
            if (stillness.lasts(still)) {
                const lines = expected.map((sentence) => `  ${sentence}`);
                throw new Error([`nothing has moved for ${still / 1000} s`, ...lines].join("\n"));
            }
            yield* this.driver.pause(expected);
        }
    }
}

/** For how long nothing has moved. */
class Stillness {
    private readonly movement: Pick<Movement, "seen" | "did">;
    private since: number;

    constructor(private readonly clock: Pick<RolloutDriver<unknown>, "now" | "movement">) {
        this.movement = clock.movement();
        this.since = clock.now();
    }

    seen(observation: Observation): void {
        if (this.movement.seen(observation)) this.since = this.clock.now();
    }

    did(steps: Step[]): void {
        // All of them are taken down.
        const first = steps.filter((step) => this.movement.did(step));
        if (first.length > 0) this.since = this.clock.now();
    }

    lasts(milliseconds: number): boolean {
        return this.clock.now() - this.since >= milliseconds;
    }
}

/** What is missing; or why that could not be found out. */
function* orFailure<What>(missing: Generator<What, string[]>): Generator<What, string[]> {
    try {
        return yield* missing;
    } catch (error) {
        if (isOwnFault(error)) throw error;
        return [(error as Error).message];
    }
}
