import { setTimeout as sleep } from "node:timers/promises";
import { Movement } from "../../redis/movement";
import type { Observation } from "../../redis/observation";
import { type Step, words } from "../../redis/plan";
import type { Desired } from "../../redis/servers";
import { apply } from "../apply";
import type { Look } from "../convergence";
import { still } from "../patience";
import type { Connections } from "../redis/connection";
import { type Say, Speech } from "../speech";
import type { Containers } from "./containers";

/** Pause between two looks, in milliseconds. */
const pause = 50;

/** What a rollout works with. */
export interface RolloutContext {
    desired: Desired;
    connections: Connections;
    look: Look;
    containers: Containers;
    say: Say;
    /** Servers that Pulumi's own plan replaces, as far as that is known. */
    planned: ReadonlySet<string>;
}

/** Servers between two replacements: what was seen of them last, and what is done about it. */
export class Watch {
    private readonly told = new Set<string>();

    constructor(
        readonly context: RolloutContext,
        public observation: Observation,
    ) {}

    async look(): Promise<void> {
        const { desired, connections, look } = this.context;
        this.observation = await look(desired.model, connections);
    }

    /** Does a step; told once, however often it has to be done. */
    async do(step: Step): Promise<void> {
        const { desired, connections, say } = this.context;
        const { model, replicationPassword, passwords } = desired;
        const sentence = words(step);
        if (!this.told.has(sentence)) say(sentence);
        this.told.add(sentence);
        const sentinelPassword = passwords?.sentinel;
        await apply(step, {
            model,
            observation: this.observation,
            connections,
            replicationPassword,
            sentinelPassword,
            say,
        });
    }

    /**
     * Looks again and again until nothing is missing. Says at least every 10 s what is waited for.
     *
     * @param missing what is, each in a sentence; may take steps, and what fails in it is tried again
     * @param given what nobody may wait for any longer, in a sentence
     * @throws when nothing has moved for 30 s, with what is missing
     */
    async until(missing: () => Promise<string[]>, given: () => string | undefined = () => undefined): Promise<void> {
        const speech = new Speech(this.context.say);
        const movement = new Movement();
        try {
            for (;;) {
                await this.look();
                // Connections may break at any moment while containers are replaced.
                speech.expected = await missing().catch((error: Error) => [error.message]);
                if (speech.expected.length === 0) return;
                const hopeless = given();
                if (hopeless) throw new Error(hopeless);
                if (movement.seen(this.observation)) speech.patience.moved();
                if (speech.patience.isOver) {
                    const lines = speech.expected.map((sentence) => `  ${sentence}`);
                    throw new Error([`nothing has moved for ${still / 1000} s`, ...lines].join("\n"));
                }
                await sleep(pause);
            }
        } finally {
            speech.end();
        }
    }
}
