import { setTimeout as sleep } from "node:timers/promises";
import { describeStep } from "../../redis/plan/describe";
import type { Desired } from "../../redis/plan/desired";
import { Movement } from "../../redis/plan/movement";
import type { RolloutDriver } from "../../redis/plan/rollout/driver";
import type { Step } from "../../redis/plan/step";
import type { Observation, ServerObservation } from "../../redis/state/observation";
import { apply } from "../apply";
import type { Look } from "../look";
import { ProgressLog, type Say } from "../progressLog";
import type { Connections } from "../redis/connections";
import { reconnect } from "../replication/reconnect";
import { awaited, carryOut, type Work } from "./carryOut";
import type { Containers, Previous } from "./containers";
import { joinNetworks } from "./networks";
import { acceptNewPasswords } from "./passwords";
import { allowWrites } from "./writes";

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

/** What a rollout sees and does of real servers. */
export class LiveDriver implements RolloutDriver<Promise<unknown>> {
    private readonly said = new Set<string>();
    private readonly previous = new Map<string, Previous>();
    private progressLog?: ProgressLog;
    readonly now = Date.now;

    constructor(private readonly context: RolloutContext) {}

    movement(): Movement {
        return new Movement();
    }

    look(): Work<Observation> {
        const { desired, connections, look } = this.context;
        return awaited(look(desired.model, connections));
    }

    pause(expected: string[]): Work {
        if (this.progressLog) this.progressLog.expected = expected;
        return awaited(sleep(pause));
    }

    /** Carries work out, and says at least every 10 s what it waits for. */
    async carryOut<T>(work: Work<T>): Promise<T> {
        const progressLog = new ProgressLog(this.context.say);
        this.progressLog = progressLog;
        try {
            return await carryOut(work);
        } finally {
            progressLog.end();
        }
    }

    *apply(steps: Step[], observation: Observation): Work<string[]> {
        const tries = yield* awaited(Promise.allSettled(steps.map((step) => this.do(step, observation))));
        return tries.flatMap((one) => (one.status === "rejected" ? [(one.reason as Error).message] : []));
    }

    prepare(observation: Observation): Work {
        const { desired, connections } = this.context;
        const prepared = async () => {
            await acceptNewPasswords(desired, observation, connections);
            await allowWrites(desired.model, observation, connections);
        };
        return awaited(prepared());
    }

    joinNetworks(observation: Observation): Work {
        const { desired, containers, connections } = this.context;
        return awaited(joinNetworks(desired.model, observation, containers, connections));
    }

    *reconnect({ reach, redis }: ServerObservation): Work {
        if (!redis?.following) return;
        const client = yield* awaited(this.context.connections.to(reach));
        yield* awaited(reconnect(client, redis.following));
    }

    record(servers: ServerObservation[]): Work {
        const { containers } = this.context;
        const recorded = Promise.all(
            servers.map(async (server) => this.previous.set(server.node, await containers.record(server))),
        );
        return awaited(recorded.then(() => undefined));
    }

    remove(server: ServerObservation): Work {
        return awaited(this.context.containers.remove(server));
    }

    *putBack(server: ServerObservation): Work<string[]> {
        const { node } = server;
        const { containers, desired } = this.context;
        const previous = this.previous.get(node);
        if (!previous) return [];
        const log = yield* awaited(containers.lastLogLines(server, 5).catch(() => []));
        const outcome = yield* awaited(
            // Under another name it would hold the port and the data.
            containers
                .remove(server)
                .then(previous.putBack)
                .then(
                    () => `  ${node} runs ${previous.image} again, with the files it had.`,
                    (error: Error) => `  ${node} could not be given its previous container back: ${error.message}`,
                ),
        );
        return [
            `  last log lines of ${node} with ${desired.model.image}:`,
            ...log.map((line) => `    ${line}`),
            outcome,
        ];
    }

    /** Does a step; said once, however often it has to be done. */
    private async do(step: Step, observation: Observation): Promise<void> {
        const { desired, connections, say } = this.context;
        const sentence = describeStep(step);
        if (!this.said.has(sentence)) say(sentence);
        this.said.add(sentence);
        await apply(step, { ...desired, observation, connections, say });
    }
}
