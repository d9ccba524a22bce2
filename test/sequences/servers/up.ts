import { setTimeout as sleep } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { declareInTurn } from "../../../components/inTurn";
import { Final } from "../../../reconcile/attempts";
import { converge } from "../../../reconcile/convergence";
import type { Look } from "../../../reconcile/look";
import { Connections } from "../../../reconcile/redis/connections";
import { Rollout } from "../../../reconcile/rollout/rollout";
import { administratorPasswords } from "../../../redis/acl/passwords";
import type { NodeModel } from "../../../redis/model/model";
import { desiredOf } from "../../../redis/plan/desired";
import { endingProblems } from "../../../redis/plan/passwordChanges";
import { planDeployment } from "../../../redis/plan/plan";
import { unreadableProblems } from "../../../redis/plan/rollout/unreadable";
import { lastCopies, lastCopyProblems } from "../../../redis/preflight/lastCopies";
import type { Observation } from "../../../redis/state/observation";
import type { Processes } from "./processes";

/** How long servers that run may take to answer before the `up` refuses, in milliseconds, as in the program. */
const patience = 5_000;

/** One `up` on processes: what the program, Pulumi and the convergence do on containers, by the same code wherever there is any. */
export class Up {
    /** What was said. */
    readonly lines: string[] = [];
    /** Servers whose containers were replaced. */
    readonly replaced: string[] = [];
    /** Steps that the convergence has done, in words. */
    done: string[] = [];
    /** Whether containers are replaced although nothing is declared that asks for it. */
    unforeseen = false;
    /** Whether old passwords end although connections are left that may not know the new ones. */
    endPasswords = true;
    private step = 0;
    private dead = false;
    private readonly connected = new Set<Connections>();

    /**
     * @param onStep called before each step, with its number
     * @param beforeStop called before a server's container is stopped
     */
    constructor(
        private readonly servers: Processes,
        private readonly onStep: (step: number) => void = () => undefined,
        private readonly beforeStop: (node: string) => Promise<void> = async () => undefined,
    ) {}

    /** SIGKILL of the whole `up`: nothing more is said to anybody. */
    kill(): void {
        this.dead = true;
        for (const connections of this.connected) silence(connections);
    }

    get killed(): boolean {
        return this.dead;
    }

    async run(): Promise<void> {
        this.next();
        await this.rollOut();
        await this.converge();
        // As Pulumi: what is no longer declared goes last.
        for (const { name } of this.servers.left()) {
            this.next();
            await this.servers.remove(name);
            if (this.servers.model.data === "delete") await this.servers.forget(name);
        }
    }

    /** The convergence alone. */
    async converge(): Promise<void> {
        const { model, passwords, lastReceipt } = this.servers;
        const receipt = await converge(model, passwords, this.say, this.look, lastReceipt);
        this.goOn();
        this.servers.lastReceipt = receipt;
        this.done = receipt.steps;
    }

    private next(): void {
        this.goOn();
        this.onStep(this.step++);
        this.goOn();
    }

    private goOn(): void {
        if (this.dead) throw new Final("killed");
    }

    private readonly say = (line: string): void => {
        this.goOn();
        this.lines.push(line);
        this.next();
    };

    private readonly look: Look = async (model, connections) => {
        this.goOn();
        this.connected.add(connections);
        return this.servers.look(model, connections);
    };

    private async rollOut(): Promise<void> {
        const { model, passwords } = this.servers;
        const connections = new Connections(...administratorPasswords(passwords));
        try {
            const observation = await this.readable(connections);
            const desired = desiredOf(model, passwords);
            const problems = [
                ...unreadableProblems(observation),
                ...lastCopyProblems(model, lastCopies(model, observation)),
                ...(this.endPasswords ? [] : endingProblems(desired, observation)),
            ].map(({ path, message }) => `${path}: ${message}`);
            const refused = [...problems, ...(planDeployment(desired, observation).refused ?? [])];
            if (refused.length > 0) throw new Error(refused.join("\n"));
            if (!observation.some(({ container }) => container)) {
                await Promise.all(this.servers.all.map((node) => this.bring(node)));
                return;
            }
            const containers = {
                record: async ({ node }: { node: string }) => this.servers.record(node),
                remove: ({ node }: { node: string }) => this.servers.remove(node),
                join: async () => undefined,
                leave: async () => undefined,
                lastLogLines: async () => [],
            };
            const context = {
                desired,
                connections,
                look: this.look,
                containers,
                say: this.say,
                planned: new Set<string>(),
            };
            await declareInTurn(new Rollout(context, observation), (name, before) => this.declare(name, before));
        } finally {
            connections.close();
        }
    }

    /** Observes until every server has answered that runs, or has had time to. */
    private async readable(connections: Connections): Promise<Observation> {
        for (const until = Date.now() + patience; ; await sleep(200)) {
            const observation = await this.look(this.servers.model, connections);
            if (unreadableProblems(observation).length === 0 || Date.now() > until) return observation;
        }
    }

    private declare(name: string, before: Promise<void> = Promise.resolve()) {
        const node = this.servers.all.find((one) => one.name === name);
        if (!node) throw new Error(`${name} is not declared`);
        const files = this.servers.lay(node).then(() => name);
        const server = files.then(() => before).then(() => this.bring(node));
        // Whoever waits for it is told.
        server.catch(() => undefined);
        return { node: name, files: { id: pulumi.output(files) }, server: { id: pulumi.output(server) } };
    }

    /** Has a server's container be what is declared: makes it, replaces it or leaves it. Returns its id. */
    private async bring(node: NodeModel): Promise<string> {
        const id = this.servers.idOf(node.name);
        if (id !== undefined && this.servers.isCurrent(node) && !this.unforeseen) return id;
        this.next();
        if (id !== undefined) {
            await this.beforeStop(node.name);
            this.replaced.push(node.name);
            await this.servers.remove(node.name);
            this.goOn();
        }
        await this.servers.lay(node);
        return this.servers.create(node);
    }
}

function silence(connections: Connections): void {
    connections.close();
    const gone = () => Promise.reject(new Final("killed"));
    Object.assign(connections, { to: gone, patient: gone });
}
