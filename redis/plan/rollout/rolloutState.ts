import type { Model } from "../../model/model";
import type { Observation, ServerObservation } from "../../state/observation";
import type { Desired } from "../desired";
import { isOwnFault } from "../faults";
import { still } from "../movement";
import type { Plan } from "../step";
import { describeWaiting, type Waiting } from "../waiting";
import type { RolloutDriver } from "./driver";
import { planHealing } from "./roles";
import { describeStanding, isOfUse, standingOf } from "./standing";
import { Stillness } from "./stillness";
import { nextWave, nodesOf, outdated, type Wave } from "./waves";

/** What a rolling update knows, and what it does at every point of it. */
export class RolloutState<What> {
    readonly model: Model;
    /** Whose turn has not come. */
    readonly left: Set<string>;
    /** Ids of containers before anything was replaced. */
    readonly before: ReadonlyMap<string, string>;
    /** Whose containers will be replaced, or may be for reasons that nobody knows. */
    readonly expected: Set<string>;
    /** Whose containers can be put back. */
    readonly restorable = new Set<string>();
    /** Who was of use before its turn, or has to be by now. */
    readonly needed = new Set<string>();
    /** Replaced replicas that were seen answering. */
    readonly reconnected = new Set<string>();
    /** Whether a server that worked has been through it. */
    tried = false;
    /** Whether servers with old and new files can work together. */
    private prepared = false;

    /** @param planned servers that Pulumi's own plan replaces, as far as that is known */
    constructor(
        readonly driver: RolloutDriver<What>,
        readonly desired: Desired,
        public observation: Observation,
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

    /** The next servers whose containers may be replaced; undefined while they have to be waited for. */
    wave(): Wave | undefined {
        return nextWave(this.model, this.observation, this.left, this.tried, this.expected);
    }

    servers(nodes: Iterable<string>): ServerObservation[] {
        const names = new Set(nodes);
        return this.observation.filter(({ declared, node }) => declared && names.has(node));
    }

    /** Who is not of use of those that have to be. */
    useless(): ServerObservation[] {
        return this.servers(this.needed).filter((server) => !isOfUse(this.model, server, this.observation));
    }

    /** What is missing until they are, but for some. */
    missing(but: string[] = []): Waiting[] {
        return this.useless()
            .filter(({ node }) => !but.includes(node))
            .map((server) => this.expectation(server));
    }

    expectation(server: ServerObservation): Waiting {
        const expected = server.kind === "sentinel" ? "a Sentinel with a quorum" : "it in sync, or a master";
        return { node: server.node, expected, seen: this.seen(server) };
    }

    /** What is seen of a server, in words. */
    seen(server: ServerObservation): string {
        return describeStanding(server, standingOf(server, this.observation));
    }

    *look(): Generator<What> {
        this.observation = yield* this.driver.look();
    }

    /** Has servers with old and new files work together, once. */
    *prepare(): Generator<What> {
        if (this.prepared) return;
        yield* this.driver.prepare(this.observation);
        this.prepared = true;
    }

    /** Takes the steps about roles that are due, and returns them with what they wait for. One that fails is due again. */
    *heal(): Generator<What, Plan> {
        const complete = this.model.nodes.every(({ name }) => !this.left.has(name));
        const plan = planHealing(this.desired, this.observation, complete);
        for (const step of plan.steps) yield* this.driver.apply([step], this.observation);
        return plan;
    }

    /**
     * Looks again and again until nothing is missing.
     *
     * @param missing what is; may take steps, and what fails in it is tried again
     * @param hopeless what nobody may wait for any longer, in a sentence
     * @throws when nothing has moved for 30 s, with what is missing
     */
    *until(
        missing: () => Generator<What, Waiting[]>,
        hopeless: () => string | undefined = () => undefined,
    ): Generator<What> {
        const stillness = new Stillness(this.driver);
        for (;;) {
            yield* this.look();
            // Connections may break at any moment while containers are replaced.
            const sentences = yield* orFailure(missing());
            if (sentences.length === 0) return;
            const end = hopeless();
            if (end) throw new Error(end);
            stillness.seen(this.observation);
            if (stillness.lasts(still)) {
                const lines = sentences.map((sentence) => `  ${sentence}`);
                throw new Error([`nothing has moved for ${still / 1000} s`, ...lines].join("\n"));
            }
            yield* this.driver.pause(sentences);
        }
    }
}

/** What is missing, in sentences; or why that could not be found out. */
function* orFailure<What>(missing: Generator<What, Waiting[]>): Generator<What, string[]> {
    try {
        return (yield* missing).map(describeWaiting);
    } catch (error) {
        if (isOwnFault(error)) throw error;
        return [(error as Error).message];
    }
}
