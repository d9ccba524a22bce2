import type { Persistence } from "../../../../redis/declaration/arguments";
import { showRanges, tagIn } from "../../../../redis/model/cluster/slots";
import type { Endpoint } from "../../../../redis/model/model";
import type { ClusterView } from "../../../../redis/state/cluster/view";
import type { Observation } from "../../../../redis/state/observation";
import { Both } from "../both";
import { runningOf } from "./bus";
import { close, open } from "./commands";
import type { ClusterNode } from "./node";
import { slotOfWrite } from "./slots";

/** A real cluster, and the same one in memory. */
export class BothClusters extends Both {
    private keys = 0;

    async run(deeds: number): Promise<void> {
        const names = [1, 2, 3].flatMap((shard) => [`shard${shard}-1`, `shard${shard}-2`]);
        const keeping: Persistence = this.random.pick(["aof", "none"]);
        const nodes = await Promise.all(
            names.map(async (name) => {
                const of = name.endsWith("1") ? {} : { replicaOf: name.replace(/.$/, "1") };
                return { name, port: await this.tree.portOf(name), persistence: keeping, ...of };
            }),
        );
        await this.begin({ topology: "cluster", nodes, settings: { "cluster-node-timeout": 2000 } });
        this.done.push(keeping);
        for (let deed = 0; deed < deeds; deed++) {
            await this.write();
            await this.deed();
        }
    }

    private nodeOf(name: string): ClusterNode {
        return this.world.server(name).disk.cluster as ClusterNode;
    }

    private get masters(): string[] {
        return this.names.filter((name) => this.nodeOf(name).serves);
    }

    private get names(): string[] {
        return this.tree.model.nodes.map(({ name }) => name);
    }

    private nameOf(id: string): string {
        return this.names.find((name) => this.nodeOf(name).id === id) ?? "a stranger";
    }

    /** One key, on whoever owns its slot. */
    private async write(): Promise<void> {
        const { world, tree } = this;
        const slot = slotOfWrite[this.keys] as number;
        const owner = this.masters.find((name) => this.nodeOf(name).slots.ownerOf(slot) === this.nodeOf(name).id);
        if (!owner) return;
        this.done.push(`write on ${owner}`);
        await tree.admin(owner).set(`{${tagIn(new Set([slot]))}}:${this.keys}`, "x".repeat(60));
        world.writeTo(world.server(owner), 100);
        this.keys++;
    }

    private async deed(): Promise<void> {
        const { random, world } = this;
        const replica = random.pick(this.names.filter((name) => !this.nodeOf(name).isMaster));
        const master = this.nameOf(this.nodeOf(replica).master ?? "");
        const [from, to] = [random.pick(this.masters), random.pick(this.masters)];
        switch (random.below(8)) {
            case 0:
            case 1: {
                const mode = random.pick(["graceful", "force", "takeover"] as const);
                // Redis asks for the same votes again only after four timeouts.
                for (const name of this.names) this.nodeOf(name).polledAt = undefined;
                return this.step({ kind: "takeOver", node: replica, from: master, mode, why: mode });
            }
            case 2:
                return this.kill(replica);
            case 3:
                return this.kill(master);
            case 4: {
                await this.kill(replica, true);
                const earlier = this.strangers();
                const [really] = await this.realStrangers();
                for (const one of this.names) {
                    const others = this.names
                        .filter((other) => other > one)
                        .map((node) => ({ node, endpoint: world.server(node).announce }));
                    if (others.length > 0) await this.step({ kind: "meet", node: one, others });
                }
                for (const id of earlier) {
                    const by = this.names.filter((name) => this.nodeOf(name).known.has(id));
                    const forget = { kind: "forget" as const, id, what: "the earlier one", by };
                    await this.step({ ...forget, id: really ?? "" }, forget);
                }
                return this.follow(replica, master);
            }
            case 5: {
                const slots = this.nodeOf(from).slots.rangesOf(this.nodeOf(from).id);
                const first = slots[0]?.from ?? 0;
                if (from === to) return;
                const going = Array.from({ length: 40 }, (_, at) => first + at).filter(
                    (slot) => this.nodeOf(from).slots.ownerOf(slot) === this.nodeOf(from).id,
                );
                return this.step({ kind: "move", from, to, slots: going, why: "" });
            }
            case 6:
                return from === to ? undefined : this.openAndClose(from, to);
            default: {
                return this.follow(replica, random.pick(this.masters));
            }
        }
    }

    private async follow(node: string, master: string): Promise<void> {
        const step = { kind: "replicate" as const, node, master, was: "" };
        const really = String(await this.real(master, ["cluster", "myid"]));
        await this.step({ ...step, masterId: really }, { ...step, masterId: this.nodeOf(master).id });
    }

    private async realStrangers(): Promise<string[]> {
        const views = (await this.look()).flatMap(({ redis }) => (redis?.cluster ? [redis.cluster] : []));
        const ours = views.map(({ id }) => id);
        return views.flatMap(({ others }) => others.map(({ id }) => id).filter((id) => !ours.includes(id)));
    }

    private strangers(): string[] {
        const ours = this.names.map((name) => this.nodeOf(name).id);
        return [
            ...new Set(
                this.names.flatMap((name) => [...this.nodeOf(name).known.keys()].filter((id) => !ours.includes(id))),
            ),
        ];
    }

    /** Leaves a slot open, and closes it again. */
    private async openAndClose(from: string, to: string): Promise<void> {
        const [source, target] = [this.nodeOf(from), this.nodeOf(to)];
        const slot = source.slots.rangesOf(source.id)[0]?.from ?? 0;
        this.done.push(`open ${slot} between ${from} and ${to}`);
        const ids = await Promise.all([from, to].map((name) => this.real(name, ["cluster", "myid"])));
        await this.real(to, ["cluster", "setslot", String(slot), "importing", String(ids[0])]);
        await this.real(from, ["cluster", "setslot", String(slot), "migrating", String(ids[1])]);
        const running = (name: string) => runningOf(this.world.server(name));
        const [giver, taker] = [running(from), running(to)];
        if (!giver || !taker) throw new Error("both have to run");
        open(taker, "importing", [slot], source.id);
        open(giver, "migrating", [slot], target.id);
        await this.compare();
        for (const [name, one] of [
            [from, giver],
            [to, taker],
        ] as const) {
            await this.real(name, ["cluster", "setslot", String(slot), "stable"]);
            close(one, [slot]);
        }
        await this.compare();
    }

    private async real(name: string, [command = "", ...args]: string[]): Promise<unknown> {
        return this.tree.admin(name).call(command, ...args);
    }

    protected normal(observation: Observation): string[] {
        return normalViews(observation);
    }
}

/** What each node believes, by names. */
export function normalViews(observation: Observation): string[] {
    const nameAt = ({ port }: Endpoint) =>
        observation.find(({ announce }) => announce.port === port)?.node ?? "nowhere";
    const names = new Map(observation.flatMap(({ node, redis }) => (redis?.cluster ? [[redis.cluster.id, node]] : [])));
    const nameOf = (id: string | undefined) => (id === undefined ? "nobody" : (names.get(id) ?? "a stranger"));
    return observation.flatMap(({ node, redis }) => {
        if (!redis?.cluster) return [`${node}: no answer`];
        const { self, others, ok, migrating, importing }: ClusterView = redis.cluster;
        const open = [...migrating.map(({ slot }) => `>${slot}`), ...importing.map(({ slot }) => `<${slot}`)];
        const own = [
            self.flags.includes("master") ? "master" : `replica of ${nameOf(self.replicaOf)}`,
            ok ? "ok" : "fail",
        ];
        const data = [redis.role, redis.following ? nameAt(redis.following) : "nobody", redis.linkUp, redis.keys];
        const lines = others
            .filter(({ flags }) => !flags.includes("handshake"))
            .map(({ id, flags, replicaOf, slots }) => {
                const words = flags.filter(
                    (flag) => ["master", "slave", "noaddr"].includes(flag) || flag.startsWith("fail"),
                );
                return `${nameOf(id)} ${words.sort()} of ${nameOf(replicaOf)} ${showRanges(slots)}`;
            });
        return [
            `${node}: ${[...own, showRanges(self.slots), ...open, ...data].join(" ")}`,
            ...lines.sort().map((one) => `  ${one}`),
        ];
    });
}
