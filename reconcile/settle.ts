import { setTimeout as sleep } from "node:timers/promises";
import { describeProblem } from "../redis/declaration/problem";
import { describeStep, nodeOfStep } from "../redis/plan/describe";
import type { Desired } from "../redis/plan/desired";
import { Movement, stepKey } from "../redis/plan/movement";
import { planDeployment, refusalTime } from "../redis/plan/plan";
import { pausedServers } from "../redis/plan/servers";
import type { Plan, Step } from "../redis/plan/step";
import { describeWaiting } from "../redis/plan/waiting";
import type { Observation, ServerObservation } from "../redis/state/observation";
import { apply } from "./apply";
import { Attempts, canPass, retryPause, type Trial } from "./attempts";
import type { Look } from "./look";
import { notUsable } from "./notUsable";
import { Outages } from "./outages";
import { ProgressLog, type Say } from "./progressLog";
import type { Connections } from "./redis/connections";

/** Pause between two looks while something comes by itself, in milliseconds. */
const pause = 50;

/** What servers are settled with. */
export interface Settling {
    desired: Desired;
    connections: Connections;
    look: Look;
    say: Say;
}

/** What came of it. */
export interface Settled {
    /** The steps that were done, in words. */
    done: string[];
    /** What was seen last. */
    observation: Observation;
}

/** Plans and applies until the plan is empty. What fails is planned again, as long as anything moves. */
export async function settle(settling: Settling): Promise<Settled> {
    const rounds = new Rounds(settling);
    try {
        while (!(await rounds.next())) await rounds.pause();
        return { done: rounds.done, observation: rounds.observation };
    } finally {
        rounds.end();
    }
}

/** Looks, plans and applies, again and again. */
class Rounds {
    readonly done: string[] = [];
    observation: Observation = [];
    private readonly said = new Set<string>();
    /** Nodes that were told to start. */
    private readonly started = new Set<string>();
    private readonly outages = new Outages();
    private readonly movement = new Movement();
    private readonly attempts = new Attempts();
    private readonly progressLog: ProgressLog;
    /** Milliseconds until the next round. */
    private rest = 0;
    /** Since when every plan was a refusal. */
    private refusedSince?: number;

    constructor(private readonly settling: Settling) {
        this.progressLog = new ProgressLog(settling.say);
    }

    /** True when nothing is left to do. Throws when nothing has moved for long. */
    async next(): Promise<boolean> {
        this.progressLog.goOn();
        const looked = await this.look();
        const plan = this.plan(looked);
        if (looked && plan.steps.length + plan.waiting.length === 0) return true;

        // Where everybody answers, what is not planned any more has come about.
        if (looked && this.observation.every(answers)) this.attempts.keep(plan.steps.map(stepKey));
        const moved = looked && this.movement.seen(this.observation);
        await this.waitFor(plan, moved);
        // A container that does not stay up is not started for ever.
        const steps = plan.steps.filter((step) => step.kind !== "start" || !this.started.has(step.node));
        const all = await this.applyAll(steps, plan.together);
        this.rest = !all ? retryPause : steps.length === 0 || !moved ? pause : 0;
        return false;
    }

    async pause(): Promise<void> {
        if (this.rest > 0) await sleep(this.rest);
    }

    end(): void {
        this.progressLog.end();
    }

    /** False when it failed. */
    private look(): Promise<boolean> {
        const { look, desired, connections } = this.settling;
        const { model } = desired;
        return this.try("look", { sentence: `${model.prefix}: look at its servers` }, async () => {
            this.observation = this.outages.mark(await look(model, connections), this.started);
        });
    }

    private plan(looked: boolean): Plan {
        const { desired } = this.settling;
        // Somebody may unpause a container while this waits.
        const paused = pausedServers(this.observation);
        if (!looked || paused.length > 0) return { steps: [], waiting: paused };
        const plan = planDeployment(desired, this.observation);
        if (!plan.refused) {
            this.refusedSince = undefined;
            return plan;
        }
        this.refusedSince ??= Date.now();
        if (Date.now() - this.refusedSince < refusalTime) {
            return { steps: [], waiting: plan.refused.map(({ path, message }) => ({ node: path, state: message })) };
        }
        const lines = plan.refused.map((problem) => `  ${describeProblem(problem)}`);
        throw new Error([`${desired.model.prefix} cannot be converged`, ...lines].join("\n"));
    }

    /** Notes what is waited for. Throws when nothing has moved for too long. */
    private async waitFor(plan: Plan, moved: boolean): Promise<void> {
        const { patience } = this.progressLog;
        if (moved) patience.moved();
        const { attempts, observation } = this;
        if (patience.isOver) throw new Error(await notUsable(this.settling.desired.model, plan, attempts, observation));
        this.progressLog.expected = [
            ...attempts.sentences,
            ...plan.waiting.map(describeWaiting),
            ...plan.steps.map(describeStep),
        ];
    }

    /** False when a step failed. */
    private async applyAll(steps: Step[], together = false): Promise<boolean> {
        if (together) return (await Promise.all(steps.map((step) => this.apply(step)))).every(Boolean);
        // What follows a step may depend on it.
        for (const step of steps) if (!(await this.apply(step))) return false;
        return true;
    }

    /** False when it failed. */
    private async apply(step: Step): Promise<boolean> {
        const sentence = describeStep(step);
        // What has to be asked for several times is said once.
        if (!this.said.has(sentence)) this.progressLog.say(sentence);
        this.said.add(sentence);
        const { desired, connections } = this.settling;
        const context = { ...desired, observation: this.observation, connections, say: this.progressLog.say };
        const trial = { node: nodeOfStep(step), sentence };
        if (!(await this.try(stepKey(step), trial, () => apply(step, context)))) return false;
        if (step.kind === "start") this.started.add(step.node);
        if (this.movement.did(step)) this.progressLog.patience.moved();
        this.done.push(sentence);
        return true;
    }

    /** False when it failed, and may succeed the next time. */
    private async try(key: string, trial: Trial, work: () => Promise<void>): Promise<boolean> {
        try {
            await work();
            this.attempts.succeeded(key);
            return true;
        } catch (error) {
            if (this.progressLog.ended || !canPass(error)) throw error;
            // Another try is worth waiting for, once.
            if (this.attempts.failed(key, trial, error)) this.progressLog.patience.moved();
            return false;
        }
    }
}

const answers = ({ redis, sentinel, gone }: ServerObservation): boolean => !!(redis ?? sentinel ?? gone);
