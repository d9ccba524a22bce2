import { describeStep } from "../../../redis/plan/describe";
import type { Desired } from "../../../redis/plan/desired";
import { Movement } from "../../../redis/plan/movement";
import type { RolloutDriver } from "../../../redis/plan/rollout/driver";
import type { Step } from "../../../redis/plan/step";
import type { ServerObservation } from "../../../redis/state/observation";
import { commanded, type Doing, tried } from "./doing";
import { set } from "./process";
import type { MemoryServer } from "./server";
import { apply } from "./steps";
import type { World } from "./world";

/** Milliseconds that one look stands for. */
const perLook = 750;

/** What a rollout sees and does of servers in memory. */
export class MemoryDriver implements RolloutDriver<string> {
    private readonly previous = new Map<string, Pick<MemoryServer, "files" | "container">>();

    constructor(
        private readonly world: World,
        private readonly desired: Desired,
    ) {}

    now(): number {
        return this.world.now * perLook;
    }

    /** Less happens here in the time for which real servers are waited for: only steps count. */
    movement(): Pick<Movement, "seen" | "did"> {
        const movement = new Movement();
        return { seen: () => false, did: (step) => movement.did(step) };
    }

    *look() {
        this.world.tick();
        yield "look again";
        // What happens between a look and what is done about it is nobody's to prevent.
        return this.world.look(this.desired.model);
    }

    pause(): Doing {
        return nothing();
    }

    *apply(steps: Step[]): Doing<string[]> {
        const failed: string[] = [];
        for (const step of steps) {
            this.world.trace.push(`rollout: ${describeStep(step)}`);
            const failure = yield* tried(apply(this.world, this.desired, step));
            if (failure) failed.push(failure);
        }
        return failed;
    }

    *prepare(observation: ServerObservation[]): Doing {
        const { users, replicationPassword } = this.desired;
        const servers = observation.filter(({ redis }) => redis);
        for (const { node } of servers) {
            const process = commanded(this.world, node);
            process.users = users.map((user) => {
                const known = process.users.find(({ name }) => name === user.name);
                if (!known?.enabled) return user;
                const added = user.passwordHashes.filter((hash) => !known.passwordHashes.includes(hash));
                return added.length > 0 ? { ...known, passwordHashes: [...known.passwordHashes, ...added] } : known;
            });
            yield `have ${node} take both passwords`;
        }
        for (const { node } of servers) {
            set(commanded(this.world, node), { masterauth: replicationPassword });
            yield `have ${node} sign in with the declared password`;
        }
    }

    /** There is one network. */
    joinNetworks(): Doing {
        return nothing();
    }

    /** Replicas in memory connect at once. */
    reconnect(): Doing {
        return nothing();
    }

    record(servers: ServerObservation[]): Doing {
        for (const { node } of servers) {
            const { files, container } = this.world.server(node);
            this.previous.set(node, { files, container });
        }
        return nothing();
    }

    *remove({ node }: ServerObservation): Doing {
        yield* this.world.remove(this.world.server(node));
    }

    *putBack({ node }: ServerObservation): Doing<string[]> {
        const server = this.world.server(node);
        const previous = this.previous.get(node);
        if (!previous?.container) return [];
        if (server.container) yield* this.world.remove(server);
        server.files = previous.files;
        server.create(this.world.random.below(2));
        Object.assign(server.container ?? {}, { specification: previous.container.specification, putBack: true });
        yield `put the container of ${node} back`;
        return [`${node} has its previous container`];
    }
}

function* nothing(): Doing {}
