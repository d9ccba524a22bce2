import type { AclUser } from "../../../redis/acl/rules";
import { usualPoints } from "../../../redis/model/files/keptData";
import type { Endpoint } from "../../../redis/model/model";
import type { ClusterNode } from "./cluster/node";
import type { Keys } from "./keys";
import type { Sentinel } from "./sentinel/sentinel";

/** A place in a replication history. */
export interface Position {
    id: string;
    offset: number;
}

/** A file `dump.rdb`. Its place is missing where the server had none that others could go on from. */
export interface Snapshot {
    keys: Keys;
    at?: Position;
}

/** What belongs to a server in the file that it is started with. */
export interface MainFile extends Keeping {
    following?: Endpoint;
}

/** What lies in a server's volume. */
export interface Disk {
    main?: MainFile;
    log?: Keys;
    snapshot?: Snapshot;
    /** nodes.conf. */
    cluster?: ClusterNode;
    /** sentinel.conf. */
    sentinel?: Sentinel;
}

/** How a server keeps its data. */
export interface Keeping {
    appendonly: boolean;
    save: boolean;
}

/** A `redis-server` that runs: what Redis keeps in memory, as far as it matters to roles and data. */
export interface Process {
    keys: Keys;
    /** `master_repl_offset`, or how far a replica has received. */
    offset: number;
    id: string;
    /** `master_replid2` and `second_repl_offset`. */
    earlier?: { id: string; until: number };
    /** The first offset in the backlog; absent where there is no backlog. */
    backlogFrom?: number;
    following?: Endpoint;
    link: "down" | "syncing" | "up";
    /** Whom it is, or was last, connected to. */
    parent?: Process;
    /** Looks for which its link has been down, and for which its master has said nothing. */
    downFor: number;
    quiet: number;
    /** Whether it has a place (`cached_master`) from which it asks to go on. */
    cached: boolean;
    /** Whether it has been connected to a master since it started, or since it was one. */
    linked: boolean;
    /** Looks until a full synchronisation is there. */
    syncLeft: number;
    /** Looks until its data is loaded; 0 once it is. */
    loading: number;
    appendonly: boolean;
    save: boolean;
    /** Looks until its log holds everything; 0 when it does. */
    rewriting: number;
    /** What CONFIG GET answers. */
    settings: Readonly<Record<string, string>>;
    users: AclUser[];
    /** Whether Sentinel may not sign in. */
    dismissed?: boolean;
    /** `replica-priority`, where it is not Redis's own. */
    priority?: number;
    /** Until when writes are held, by the world's clock. */
    heldUntil: number;
}

/** CONFIG SET. What was seen before stays what it was. */
export function set(process: Process, changes: Record<string, string>): void {
    process.settings = { ...process.settings, ...changes };
}

/** CONFIG SET of how a server keeps its data. */
export function keep(process: Process, keeping: Keeping): void {
    Object.assign(process, keeping);
    set(process, keepingSettings(keeping));
}

/** How data is kept, as CONFIG GET answers it. */
export function keepingSettings({ appendonly, save }: Keeping): { appendonly: string; save: string } {
    return { appendonly: appendonly ? "yes" : "no", save: save ? usualPoints : "" };
}
