import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { apply as applyReally } from "../../../reconcile/apply";
import { Connections } from "../../../reconcile/redis/connections";
import type { DeploymentArguments } from "../../../redis/declaration/arguments";
import { describeStep } from "../../../redis/plan/describe";
import type { Step } from "../../../redis/plan/step";
import type { Observation } from "../../../redis/state/observation";
import { passwords, TestTree } from "../../integration/replicationServers";
import type { Box } from "../../integration/servers";
import { Random } from "../random";
import { apply } from "./steps";
import { converge, desiredOf } from "./update";
import { World } from "./world";

/** How long real servers may take to come to what servers in memory come to, in milliseconds. */
const patience = 30_000;
/** Looks in which servers in memory come to an end. */
const looks = 40;

/** Servers that can lose their volumes. */
class LosingTree extends TestTree {
    lose(name: string): void {
        this.folders.delete(name);
    }
}

/** A deployment of real servers, and the same one in memory, to which the same is done. */
export abstract class Both {
    protected readonly tree: LosingTree;
    protected readonly world: World;
    private readonly connections = new Connections(passwords.administrator);
    readonly done: string[] = [];

    constructor(
        protected readonly box: Box,
        protected readonly random: Random,
    ) {
        this.tree = new LosingTree(box);
        this.world = new World(new Random(1));
    }

    /** What matters of an observation to plans, without ids, ports and clocks. */
    protected abstract normal(observation: Observation): string[];

    /** Declares a deployment and converges both. */
    protected async begin(args: Omit<DeploymentArguments, "image">): Promise<void> {
        const { tree, world } = this;
        tree.declareAll({ image: `redis:${this.box.version}`, ...args });
        await tree.startAll();
        for (const node of tree.all) world.lay(tree.model, node, passwords).create(0);
        await tree.converge();
        const doing = converge(world, { model: tree.model, passwords });
        for (let next = doing.next(); ; next = doing.next()) {
            if (next.done) {
                assert.equal(next.value.why, "");
                break;
            }
        }
        await this.compare();
    }

    async end(): Promise<void> {
        this.connections.close();
        await this.tree.end();
    }

    /** Does a step to both. Of those that name an id, servers in memory know another one. */
    protected async step(step: Step, inMemory: Step = step): Promise<void> {
        const { tree, world } = this;
        this.done.push(describeStep(step));
        const observation = await this.look();
        const desired = desiredOf({ model: tree.model, passwords });
        await applyReally(step, { ...desired, observation, connections: this.connections, say: () => undefined });
        const doing = apply(world, desired, inMemory);
        while (!doing.next().done);
        await this.compare();
    }

    protected look(): Promise<Observation> {
        return this.tree.look(this.tree.model, this.connections);
    }

    /** SIGKILL, and a new start. */
    protected async kill(name: string, wiped = false): Promise<void> {
        this.done.push(`${wiped ? "wipe" : "kill"} ${name}`);
        await this.tree.kill(name);
        if (wiped) this.tree.lose(name);
        const server = this.world.server(name);
        this.world.kill(server, wiped);
        await Promise.all([this.tree.start(name), server.start(0)]);
        await this.compare();
    }

    /** Waits until real servers have come to what servers in memory come to in some looks. */
    protected async compare(): Promise<void> {
        const { tree, world } = this;
        for (let look = 0; look < looks; look++) world.tick();
        const expected = this.normal(world.look(tree.model));
        let seen: string[] = [];
        for (const until = Date.now() + patience; Date.now() < until; await sleep(100)) {
            seen = this.normal(await this.look());
            if (seen.join("\n") === expected.join("\n")) return;
        }
        assert.deepEqual(seen, expected, this.done.join("\n"));
    }
}
