import { quarantine } from "../../../../redis/model/files/replicaOf";
import type { Endpoint } from "../../../../redis/model/model";
import type { Observation } from "../../../../redis/state/observation";
import { Both } from "../both";

/** Real servers that Sentinels watch, and the same ones in memory. */
export class BothSentinels extends Both {
    private keys = 0;

    async run(deeds: number): Promise<void> {
        const names = ["a", "b", ...(this.random.oneIn(2) ? ["c"] : [])];
        const nodes = await Promise.all(
            names.map(async (name) => ({
                name,
                port: await this.tree.portOf(name),
                ...(name === "a" ? {} : { replicaOf: "a" }),
            })),
        );
        const sentinels = await Promise.all(
            ["s1", "s2", "s3"].map(async (name) => ({ name, port: await this.tree.portOf(name) })),
        );
        const sentinel = { downAfterMilliseconds: 2000, failoverTimeout: 9000 };
        await this.begin({ topology: "sentinel", nodes, sentinels, sentinel });
        for (let deed = 0; deed < deeds; deed++) {
            await this.write();
            await this.deed();
        }
    }

    private get names(): string[] {
        return this.tree.model.nodes.map(({ name }) => name);
    }

    private get master(): string {
        return this.names.find((name) => !this.world.server(name).process?.following) ?? "a";
    }

    private async write(): Promise<void> {
        const { master, tree, world } = this;
        this.done.push(`write on ${master}`);
        await tree.admin(master).set(`key:${this.keys++}`, "x".repeat(60));
        world.writeTo(world.server(master), 100);
    }

    private async deed(): Promise<void> {
        const { random, master } = this;
        const replica = random.pick(this.names.filter((name) => name !== master));
        const watcher = random.pick(["s1", "s2", "s3"]);
        switch (random.below(6)) {
            case 0:
            case 1:
                return this.step({ kind: "sentinelFailover", from: master, to: replica, why: "it is its turn" });
            case 2:
                return this.kill(replica);
            case 3:
                return this.kill(watcher, random.oneIn(2));
            case 4:
                return this.step({ kind: "rediscover", node: watcher, name: "main", why: "it is its turn" });
            default:
                return this.outage(this.names.length === 2 ? master : replica);
        }
    }

    /** A server is away until Sentinels have done what they do then. */
    private async outage(name: string): Promise<void> {
        this.done.push(`outage of ${name}`);
        const server = this.world.server(name);
        await this.tree.kill(name);
        this.world.kill(server);
        if (server.container) server.container.state = "exited";
        await this.compare();
        await Promise.all([this.tree.start(name), server.start(0)]);
        await this.compare();
    }

    protected normal(observation: Observation): string[] {
        const nameAt = ({ port }: Endpoint) =>
            port === quarantine.port
                ? "nowhere"
                : (observation.find(({ announce }) => announce.port === port)?.node ?? "?");
        return observation.map(({ node, redis, sentinel }) => {
            if (redis) {
                const { role, following, linkUp, keys } = redis;
                return `${node}: ${role} of ${following ? nameAt(following) : "nobody"} ${linkUp} ${keys}`;
            }
            const watch = sentinel?.watch;
            if (!watch) return `${node}: ${sentinel ? "watches nothing" : "no answer"}`;
            const flags = watch.flags.filter((flag) => flag !== "disconnected").sort();
            const down = (one: { endpoint: Endpoint; flags: string[] }) =>
                `${nameAt(one.endpoint)}${one.flags.includes("s_down") ? " down" : ""}`;
            const parts = [nameAt(watch.master), flags, watch.replicas.map(down).sort(), watch.others.map(down).sort()];
            return `${node}: ${JSON.stringify([...parts, watch.quorumCheck.startsWith("OK"), watch.quorum])}`;
        });
    }
}
