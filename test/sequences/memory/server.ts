import type { Passwords } from "../../../redis/acl/passwords";
import type { AclUser } from "../../../redis/acl/rules";
import { aclUsers } from "../../../redis/acl/users";
import { specification } from "../../../redis/model/containerSpecification";
import { liveOwnDirectives } from "../../../redis/model/files/ownDirectives";
import { quarantine } from "../../../redis/model/files/replicaOf";
import { type Endpoint, type Model, type NodeModel, nodeOf } from "../../../redis/model/model";
import { declaredKeeping } from "../../../redis/plan/persistence";
import { needsRestart, toConfigSet } from "../../../redis/settings/settings";
import { guard, isNewcomer, nodeOf as nodeOfCluster, takeLoaded } from "./cluster/start";
import { kept } from "./kept";
import type { Keys } from "./keys";
import { type Disk, type Keeping, keepingSettings, type Process, type Snapshot } from "./process";
import { type Sentinel, startSentinel } from "./sentinel/sentinel";

/** The files of a server: what they were rendered from. */
export interface Files {
    model: Model;
    node: NodeModel;
    passwords: Passwords;
}

/** One server: its container, its volume, and its process while that runs. */
export class MemoryServer {
    container?: {
        id: string;
        state: "running" | "restarting" | "exited" | "paused";
        specification: string;
        putBack?: true;
    };
    process?: Process;
    disk = emptyDisk();
    /** Stopped by SIGSTOP: connections stay, and nobody gets an answer. */
    stopped = false;
    /** Nobody reaches it, and it reaches nobody. */
    cut = false;
    /** It ends right after each start. */
    crashes = false;
    /** Of a cluster's master that came up empty: its start script waits until a replica has taken its place. */
    away?: { until?: number };
    /** Of a Sentinel: it runs. */
    sentinel?: Sentinel;
    /** Whether it has only just started. */
    fresh = false;
    /** Looks for which its container has not been running. */
    downFor = 0;
    private containers = 0;

    constructor(
        readonly name: string,
        public files: Files,
        private readonly newId: () => string,
    ) {}

    get announce(): Endpoint {
        return this.files.node.announce;
    }

    /** Whether it answers whoever asks. */
    get answers(): boolean {
        return this.process !== undefined && this.reached;
    }

    /** Whether somebody gets through to it. */
    get reached(): boolean {
        return !this.stopped && !this.cut && this.container?.state === "running";
    }

    /** Makes a container of it, and starts that. */
    create(loading: number): void {
        const { model, node } = this.files;
        this.container = {
            id: `${this.name} ${++this.containers}`,
            state: "running",
            specification: specification(model, node),
        };
        this.start(loading);
    }

    /** What its start script does, and then Redis. */
    start(loading: number): void {
        const { node, model } = this.files;
        if (this.container) this.container.state = "running";
        this.stopped = false;
        this.downFor = 0;
        this.away = undefined;
        if (node.kind === "sentinel") this.beginSentinel();
        else if (model.topology === "cluster" && this.disk.cluster?.serves && !findData(this.disk, node).data) {
            this.disk.snapshot = undefined;
            this.away = {};
        } else this.begin(loading);
    }

    private beginSentinel(): void {
        this.disk.sentinel = startSentinel(this.disk.sentinel, this.files.passwords, this.newId);
        this.sentinel = this.disk.sentinel;
        this.fresh = true;
    }

    /** What its start script ends with: Redis. */
    begin(loading: number): void {
        const { node, model } = this.files;
        const found = findData(this.disk, node);
        const cluster = model.topology === "cluster" ? nodeOfCluster(this.disk, this.newId) : undefined;
        let following: Endpoint | undefined;
        if (cluster) following = cluster.known.get(cluster.master ?? "")?.endpoint;
        else if (this.disk.main) following = this.disk.main.following;
        else if (found.data) following = masterAbove(model, node);
        if (!cluster && !following && !found.data) following = quarantine;
        if (following === quarantine && !found.data) this.disk.snapshot = undefined;
        const { appendonly, save } = found;
        this.disk.main = { following, appendonly, save };
        this.process = {
            keys: 0,
            offset: 0,
            id: this.newId(),
            earlier: undefined,
            backlogFrom: undefined,
            following,
            link: "down",
            parent: undefined,
            downFor: 0,
            quiet: 0,
            cached: false,
            linked: false,
            syncLeft: 0,
            loading,
            appendonly,
            save,
            rewriting: 0,
            settings: {
                ...startSettings(this.files),
                ...keepingSettings(found),
                ...(cluster && isNewcomer(cluster) ? guard : {}),
            },
            users: usersOf(this.files),
            heldUntil: 0,
        };
        if (appendonly) {
            this.process.keys = this.disk.log ?? 0;
            this.disk.log = this.process.keys;
        } else if (this.disk.snapshot) loadSnapshot(this.process, this.disk.snapshot);
        if (!cluster) return;
        cluster.since = undefined;
        takeLoaded(this.process, this.disk.cluster);
    }

    /** Ends the process at once. What it wrote to its log is there. */
    crash(): void {
        const { process } = this;
        if (process?.appendonly && process.rewriting === 0 && process.loading === 0) this.disk.log = process.keys;
        this.process = undefined;
        this.sentinel = undefined;
        this.away = undefined;
        this.stopped = false;
        if (this.container && this.container.state !== "exited") this.container.state = "restarting";
    }

    /** Ends the process as `docker stop` does: it saves if it keeps snapshots. */
    shutDown(): void {
        const { process } = this;
        if (process?.save && process.loading === 0 && !this.stopped) this.save();
        this.crash();
        if (this.container) this.container.state = "exited";
    }

    /** Writes a snapshot. */
    save(): void {
        if (this.process) this.disk.snapshot = snapshotOf(this.process);
    }

    /** CONFIG REWRITE. */
    rewrite(): void {
        if (!this.process) return;
        const { following, appendonly, save } = this.process;
        this.disk.main = { following, appendonly, save };
    }

    /** The keys that it has, or would have after its next start. */
    get held(): Keys {
        const { process } = this;
        return process && process.loading === 0 ? process.keys : this.loadable;
    }

    /** The keys that its next start would load, were it killed now. */
    get loadable(): Keys {
        const { process, disk } = this;
        const complete = process?.appendonly && process.rewriting === 0 && process.loading === 0;
        const log = complete ? process.keys : disk.log;
        const found = findData({ ...disk, log }, this.files.node);
        if (found.appendonly) return log ?? 0;
        if (this.files.model.topology === "cluster") {
            return !found.data && disk.cluster?.serves ? 0 : (disk.snapshot?.keys ?? 0);
        }
        const quarantined =
            !found.data && (disk.main ? !disk.main.following || disk.main.following === quarantine : true);
        return quarantined ? 0 : (disk.snapshot?.keys ?? 0);
    }
}

/** A volume that nothing has been written to. */
export function emptyDisk(): Disk {
    return { main: undefined, log: undefined, snapshot: undefined };
}

/** What the start script finds: redis/model/files/keptData.ts. */
function findData(disk: Disk, node: NodeModel): Keeping & { data: string } {
    const { main, log, snapshot } = disk;
    const declared = keepingOf(node);
    const appendonly = main ? main.appendonly : declared.appendonly;
    const save = main ? main.save : declared.save;
    if (log !== undefined && appendonly) return { data: "log", appendonly, save };
    if (snapshot && (appendonly || save || !main)) {
        return { data: "snapshot", appendonly: false, save: save || appendonly };
    }
    if (log !== undefined && !main) return { data: "log", appendonly: true, save };
    return { data: "", appendonly, save };
}

function loadSnapshot(process: Process, { keys, at }: Snapshot): void {
    process.keys = keys;
    if (!at) return;
    process.offset = at.offset;
    if (process.following) {
        process.id = at.id;
        process.cached = true;
    } else {
        process.earlier = { id: at.id, until: at.offset + 1 };
        process.backlogFrom = at.offset + 1;
    }
}

function snapshotOf({ keys, following, cached, link, backlogFrom, id, offset }: Process): Snapshot {
    const known = following ? cached || link === "up" : backlogFrom !== undefined;
    return known ? { keys, at: { id, offset } } : { keys };
}

/** How a node's declaration keeps its data. */
export function keepingOf(node: NodeModel): Keeping {
    return kept(keepings, node, () => {
        const { appendonly, save } = declaredKeeping(node);
        return { appendonly: appendonly === "yes", save: save !== "" };
    });
}

const keepings = new WeakMap<NodeModel, Keeping>();

function masterAbove(model: Model, { replicaOf }: NodeModel): Endpoint | undefined {
    return replicaOf ? nodeOf(model, replicaOf).announce : undefined;
}

const settingsOf = new WeakMap<NodeModel, Record<string, string>>();

/** What CONFIG GET answers after a start, of the settings that sequences change and of the project's own. */
function startSettings({ model, node, passwords }: Files): Record<string, string> {
    const known = kept(settingsOf, node, () => {
        const declared = Object.entries(node.settings).filter(([name]) => !needsRestart(name));
        return {
            ...Object.fromEntries(declared.map(([name, value]) => [name, toConfigSet(name, value)])),
            ...liveOwnDirectives(model, node),
        };
    });
    return { ...known, masterauth: passwords.replication ?? "" };
}

const usersBy = new WeakMap<Passwords, Map<string, AclUser[]>>();
const users = new Map<string, AclUser>();

/** Users that sequences change. To compare the others would take half of the time of a plan. */
const changing = ["other", "guest", "replication"];

/** The users in a server's file: the same object for the same one, which is compared in no time. */
export function usersOf({ model, passwords }: Pick<Files, "model" | "passwords">): AclUser[] {
    const names = model.users.map(({ name }) => name).join();
    return kept(
        kept(usersBy, passwords, () => new Map<string, AclUser[]>()),
        names,
        () =>
            aclUsers(model, passwords)
                .filter(({ name }) => changing.includes(name))
                .map((user) => kept(users, JSON.stringify(user), () => user)),
    );
}
