import type { Passwords } from "../../../redis/acl/passwords";
import type { Endpoint, Model, NodeModel } from "../../../redis/model/model";
import { rootOf } from "../../../redis/plan/rollout/standing";
import type { Observation, ServerObservation } from "../../../redis/state/observation";
import type { Handiwork } from "../actions";
import type { Random } from "../random";
import { byHandInCluster, isStale, takersOf } from "./cluster/clients";
import { gossip } from "./cluster/gossip";
import { keysIn, slotOfWrite } from "./cluster/slots";
import { stayAway } from "./cluster/stayAway";
import { count, type Keys, mostWrites, show } from "./keys";
import { follow, lead, replicate, serverAt, write } from "./links";
import { type Process, set } from "./process";
import { namedMaster, watch } from "./sentinel/watch";
import { emptyDisk, MemoryServer } from "./server";
import type { Surroundings } from "./surroundings";

/** Looks for which a container has to be down until it counts as one that does not stay up. */
const outage = 5;

/** A server that there is no more, such as one that another update has taken away. */
export class Missing extends Error {}

/** What breaks a promise, with what was done last. */
export class Violation extends Error {}

/** Servers in memory, and what was written to them. */
export class World implements Surroundings {
    readonly servers: MemoryServer[] = [];
    now = 0;
    /** Writes that were acknowledged. */
    acknowledged: Keys = 0;
    /** Writes that faults, or people, may have lost. */
    excused: Keys = 0;
    /** Whether somebody else changed a role beside the program, and there may be two masters. */
    hands = false;
    /** Whether somebody was elected without being told to. */
    elections = false;
    /** Masters that were killed while they held writes. */
    private readonly unheld = new Set<MemoryServer>();
    /** Whom clients are connected to. */
    private connected?: Process;
    /** Masters in whose place Sentinel has promoted somebody without being told to. */
    readonly superseded = new Set<MemoryServer>();
    /** Servers that leave and whose data others have: once that was seen, nothing keeps them from being deleted. */
    released: ReadonlySet<string> = new Set();
    private writes = 0;
    private ids = 0;
    private readonly cuts = new Set<string>();
    private readonly slow = new Set<string>();
    private swapped: MemoryServer[] = [];
    /** What servers have left behind, by their names. */
    private readonly volumes = new Map<string, MemoryServer["disk"]>();
    readonly newId = (): string => `history ${++this.ids}`;

    /** @param offsets bytes by which the stream of a master goes on that nobody follows (1 since Redis 7.2) */
    constructor(
        readonly random: Random,
        readonly trace: string[] = [],
    ) {}

    duration = (): number => 1 + this.random.below(2);
    isCut = (from: string, to: string): boolean => this.cuts.size > 0 && this.cuts.has(pair(from, to));
    isSlow = (replica: string): boolean => this.slow.has(replica);

    at(endpoint: Endpoint): MemoryServer | undefined {
        const found = serverAt(this.servers, endpoint);
        if (!found || !this.swapped.includes(found)) return found;
        return this.swapped.find((one) => one !== found) ?? found;
    }

    server(name: string): MemoryServer {
        const found = this.servers.find((one) => one.name === name);
        if (!found) throw new Missing(`there is no ${name}`);
        return found;
    }

    /** Lays declared files; the server is made known when it is new. */
    lay(model: Model, node: NodeModel, passwords: Passwords): MemoryServer {
        const known = this.servers.find(({ name }) => name === node.name);
        if (known) {
            known.files = { model, node, passwords };
            return known;
        }
        const server = new MemoryServer(node.name, { model, node, passwords }, this.newId);
        server.disk = this.volumes.get(node.name) ?? server.disk;
        this.servers.push(server);
        return server;
    }

    /** Removes a server that leaves. Its volume may stay: nobody counts on it, and who gets the name finds it. */
    forget(name: string, { keepVolume }: { keepVolume: boolean }): void {
        const [server] = this.servers.splice(
            this.servers.findIndex((one) => one.name === name),
            1,
        );
        if (keepVolume && server) this.volumes.set(name, server.disk);
        else this.volumes.delete(name);
    }

    /** Some time goes by. */
    tick(): void {
        this.now++;
        for (const server of this.servers) {
            const { process, container } = server;
            if (process && process.loading > 0 && !server.stopped) process.loading--;
            if (container?.state === "restarting") {
                server.downFor++;
                if (!server.crashes && (server.downFor > 1 || this.random.oneIn(2))) server.start(this.random.below(2));
            } else if (container?.state === "exited") server.downFor++;
            if (server.away) stayAway(this, server);
        }
        replicate(this);
        const { topology } = this.servers[0]?.files.model ?? {};
        if (topology === "cluster") gossip(this);
        else if (topology === "sentinel") watch(this);
    }

    /** Somebody was elected without being told to: what the master before had not passed on is lost by its fault. */
    elected(keys: Keys, heir: MemoryServer): void {
        this.elections = true;
        this.excuse(this.acknowledged & keys & ~(heir.process?.keys ?? 0));
    }

    /** A client writes to a master that takes writes, if there is one. */
    write(bytes = 100): void {
        if (this.writes >= mostWrites) return;
        const masters = this.servers.filter((server) => this.takesWrites(server));
        if (masters.length === 0) return;
        if (this.servers[0]?.files.model.topology === "cluster") {
            this.writeInCluster(masters, bytes);
            return;
        }
        const watched = this.servers[0]?.files.model.topology === "sentinel";
        const server = watched ? this.client(masters) : this.random.pick(masters);
        if (!server) return;
        // A master that came back after another one was elected has not heard of it yet.
        const replaced = this.superseded.has(server);
        // Of two masters the one that came back with less is about to follow the other.
        const isBehind = masters.some(({ process }) => ((process?.keys ?? 0) & ~(server.process?.keys ?? 0)) !== 0);
        const stale = watched ? replaced || this.unheld.has(server) : isBehind;
        if (stale) this.excused |= 1 << this.writes;
        this.writeTo(server, bytes);
        this.trace.push(`client: w${this.writes - 1} on ${server.name}`);
    }

    private writeInCluster(masters: MemoryServer[], bytes: number): void {
        const slot = slotOfWrite[this.writes] as number;
        const takes = takersOf(this, masters, slot);
        if (takes.length === 0) return;
        const server = this.random.pick(takes);
        const stale = this.elections && isStale(this.servers, server, slot);
        if (stale) this.excused |= 1 << this.writes;
        this.writeTo(server, bytes);
        this.trace.push(
            `client: w${this.writes - 1} on ${server.name}${stale ? ", which another one has replaced" : ""}`,
        );
    }

    /** A client's write that a master acknowledges. */
    writeTo(server: MemoryServer, bytes: number): void {
        const key = 1 << this.writes++;
        write(server.process as Process, key, bytes);
        this.acknowledged |= key;
        // Somebody made a second master: what is written to one of them the other does not have.
        if (this.hands) this.excused |= key;
    }

    /** Clients stay with a master as long as it takes writes, or else ask a Sentinel. */
    private client(masters: MemoryServer[]): MemoryServer | undefined {
        const connected = masters.find(({ process }) => process === this.connected);
        const named = connected && !this.random.oneIn(4) ? connected : namedMaster(this, masters);
        const server = named ?? connected;
        this.connected = server?.process;
        return server;
    }

    takesWrites(server: MemoryServer): boolean {
        const { process } = server;
        return (
            !!process && server.answers && !process.following && process.loading === 0 && process.heldUntil <= this.now
        );
    }

    /** SIGKILL, and maybe the loss of the volume. A master that keeps snapshots promises no more than the last one. */
    kill(server: MemoryServer, wiped = false): void {
        const { process, disk } = server;
        // Keys that have moved are not to be found where a replica has only not heard of that.
        if (disk.cluster) replicate(this);
        // With its end it holds its writes no longer, and another one may be about to take its place.
        if (process && process.heldUntil > this.now) this.unheld.add(server);
        // Until a new way of keeping data holds everything, the main file names the one that is promised.
        const kept = disk.main?.save && !disk.main.appendonly;
        // Somebody's REPLICAOF is not written down: the server starts again as the master that it was.
        const isMaster = process && (!process.following || this.hands);
        const snapshots = isMaster && process.loading === 0 && kept;
        const behind = snapshots ? process.keys & ~server.loadable : 0;
        server.crash();
        if (wiped) server.disk = emptyDisk();
        this.excuse(this.lost | behind | this.unpromised);
    }

    /** `docker stop`: a master waits for its replicas. */
    stop(server: MemoryServer): void {
        const { process } = server;
        if (process && !process.following && !server.stopped) {
            process.heldUntil = Number.POSITIVE_INFINITY;
            replicate(this);
        }
        const { stopped } = server;
        server.shutDown();
        if (isAlone(server, stopped)) this.excuse();
    }

    /** Stops a server's container as Docker does, and removes it. */
    *remove(server: MemoryServer): Generator<string> {
        this.stop(server);
        server.container = undefined;
        yield `stop and remove ${server.name}`;
    }

    /** What somebody does to a server beside the program. */
    byHand(what: Handiwork, server: MemoryServer): void {
        const { process } = server;
        if (!process || !server.answers || process.loading > 0) return;
        if (what === "config") set(process, { "slowlog-max-len": "7" });
        else if (what === "acl") process.users = process.users.filter(({ name }) => name !== "replication");
        else if (server.files.model.topology === "cluster") byHandInCluster(this, what, server);
        else if (what === "role") {
            this.hands = true;
            const other = this.servers.find((one) => one !== server && one.container);
            if (process.following) lead(process, this.newId);
            else if (other) {
                // Told to follow somebody, a master gives up what nobody else has.
                const others = this.servers.filter((one) => one !== server);
                this.excuse(others.reduce((missing, { held }) => missing & ~held, this.acknowledged));
                follow(process, other.announce);
            }
            // What it does not have by now is written nowhere that its new followers could get it from.
            this.excuse(this.acknowledged & ~process.keys);
        }
    }

    cutLink(a: string, b: string): void {
        this.cuts.add(pair(a, b));
    }

    slowDown(replica: string): void {
        this.slow.add(replica);
    }

    /** Whether a server's start script waits. */
    get isOneAway(): boolean {
        return this.servers.some(({ away, stopped }) => away && !stopped);
    }

    /** The addresses of two servers change places. */
    swap(one: MemoryServer, other: MemoryServer): void {
        this.swapped = [one, other];
    }

    /** Everything runs again, and reaches everything. */
    heal(): void {
        this.cuts.clear();
        this.unheld.clear();
        this.slow.clear();
        this.swapped = [];
        for (const server of this.servers) {
            server.cut = server.crashes = server.stopped = false;
            if (server.container?.state === "paused") server.container.state = "running";
        }
    }

    /** What nobody has any more, in memory or on disk, and no fault took. */
    get lost(): Keys {
        let missing = this.acknowledged & ~this.excused;
        for (const server of this.servers) if (missing) missing &= ~server.held;
        for (const server of this.servers) if (missing) missing &= ~server.loadable;
        return missing;
    }

    /** What is left on disks only, where an old synchronisation laid it, or of released servers: no declaration promises that. */
    private get unpromised(): Keys {
        let missing = this.acknowledged;
        for (const { name, process, disk, held } of this.servers) {
            const kept = (disk.main?.appendonly || disk.main?.save) && !this.released.has(name);
            if (kept || (process && process.loading === 0)) missing &= ~held;
        }
        return missing;
    }

    /** The writes that a server is to have: of a cluster, those in its master's slots. */
    partOf(name: string): Keys {
        const { cluster } = this.server(name).disk;
        if (!cluster || this.servers[0]?.files.model.topology !== "cluster") return -1;
        return keysIn(cluster.slots.rangesOf(cluster.master ?? cluster.id));
    }

    /** Fails when the last step destroyed a write that nothing else had. */
    check(what: string): void {
        // A replica receives everything from whoever answers at an address: one of another shard's, too.
        if (this.hands && this.swapped.length > 0) this.excuse();
        const { lost } = this;
        if (lost) throw new Violation(`lost ${show(lost)}, which nobody has any more, by: ${what}`);
    }

    /** After a fault: what it destroyed is nobody's to keep. */
    excuse(keys: Keys = this.lost): void {
        this.excused |= keys;
    }

    /** What is seen of the declared servers and of those that leave. */
    look(model: Model): Observation {
        const nodes = model.sentinels ? [...model.nodes, ...model.sentinels] : model.nodes;
        const declared = nodes.map((node) => this.seen(node.name, node, true, model));
        const leaving = this.servers
            .filter(({ name, container }) => container && !nodes.some((node) => node.name === name))
            .map((server) => this.seen(server.name, server.files.node, false, model));
        return [...declared, ...leaving];
    }

    private seen(name: string, node: NodeModel, declared: boolean, model: Model): ServerObservation {
        const server = this.servers.find((one) => one.name === name);
        const { announce, reach, host } = node;
        const seen: ServerObservation = {
            node: name,
            host,
            declared,
            announce,
            reach,
            aliases: nobody,
            // Objects of one shape are faster to work with.
            container: undefined,
            redis: undefined,
            problem: undefined,
            gone: undefined,
        };
        if (node.kind) seen.kind = node.kind;
        if (!server?.container) return seen;
        const { id, state, specification, putBack } = server.container;
        seen.container = {
            id,
            name: `${model.prefix}-${name}`,
            state,
            status: state,
            specification,
            putBack,
        };
        if (state !== "running" && state !== "paused") {
            const restarting = state === "restarting" && server.downFor > outage;
            const ended = !declared && state === "exited";
            if (restarting || ended) seen.gone = `its container does not stay up (${state})`;
            return seen;
        }
        if (server.sentinel) {
            if (server.reached) seen.sentinel = server.sentinel.observed(this.now);
            else seen.problem = "Connection is closed.";
        } else if (server.answers) seen.redis = this.observed(server, server.process as Process, model);
        else seen.problem = "Connection is closed.";
        return seen;
    }

    private observed(server: MemoryServer, process: Process, model: Model): ServerObservation["redis"] & object {
        const { following, link, offset, id, earlier, backlogFrom, loading, rewriting } = process;
        const cluster = model.topology === "cluster" ? server.disk.cluster : undefined;
        return {
            product,
            role: following ? "replica" : "master",
            following,
            linkUp: link === "up",
            syncBytesLeft: process.syncLeft,
            linkDownSeconds: link === "up" || !following ? 0 : process.downFor,
            fromDisk: isFromDisk(process) || undefined,
            offset: loading > 0 ? 0 : offset,
            history: { id, earlier, backlogFrom },
            keys: loading > 0 ? 0 : count(process.keys),
            memory: 1_000_000,
            replicas: this.replicasOf(server),
            failover: "no-failover",
            loadedBytes: loading > 0 ? 1 : undefined,
            logRewrite: rewriting > 0 ? "aof_rewrite_in_progress:1" : undefined,
            settings: process.settings,
            users: process.users,
            clusterEnabled: cluster ? true : undefined,
            cluster: cluster?.view(server.announce),
        };
    }

    private replicasOf(server: MemoryServer): { announce: Endpoint; state: string; lag: number }[] {
        const replicas: { announce: Endpoint; state: string; lag: number }[] = [];
        for (const { announce, process, container } of this.servers) {
            if (!container || !process?.following || process.link === "down") continue;
            if (this.at(process.following) !== server) continue;
            replicas.push({ announce, state: process.link === "up" ? "online" : "wait_bgsave", lag: 0 });
        }
        return replicas;
    }
}

/** Whether a replica was neither connected to a master nor one itself since it started. */
function isFromDisk({ following, link, linked, backlogFrom, offset }: Process): boolean {
    return !!following && link !== "up" && !linked && (backlogFrom === undefined || backlogFrom === offset + 1);
}

const nobody: string[] = [];
const product = { name: "Redis", version: "8.0.2" } as const;

/**
 * Whether no other server has what one has, and it keeps nothing, or stands still so that it saves nothing at its end: that is
 * lost with its next start.
 */
function isAlone({ disk: { main }, files: { model, node } }: MemoryServer, stopped: boolean): boolean {
    if (main?.appendonly || (main?.save && !stopped)) return false;
    const shard = rootOf(model, node.name);
    return model.nodes.every(({ name }) => name === node.name || rootOf(model, name) !== shard);
}

const pair = (a: string, b: string): string => [a, b].sort().join(" ");
