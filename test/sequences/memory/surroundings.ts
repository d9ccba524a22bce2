import type { Endpoint } from "../../../redis/model/model";
import type { Random } from "../random";
import type { Keys } from "./keys";
import type { MemoryServer } from "./server";

/** What servers need to know of the world that they are in. */
export interface Surroundings {
    readonly servers: MemoryServer[];
    now: number;
    readonly random: Random;
    readonly trace: string[];
    /** Masters in whose place Sentinel has promoted somebody without being told to. */
    readonly superseded: Set<MemoryServer>;
    /** Whom one reaches at an endpoint. */
    at(endpoint: Endpoint): MemoryServer | undefined;
    /** Whether nothing gets from one server to another. */
    isCut(from: string, to: string): boolean;
    /** Whether a replica receives, but always later. */
    isSlow(replica: string): boolean;
    /** How long the next synchronisation or rewrite takes, in looks. */
    duration(): number;
    newId(): string;
    /** Whether clients can write to a server. */
    takesWrites(server: MemoryServer): boolean;
    /** Somebody was elected without being told to: what the master before had not passed on is lost by its fault. */
    elected(keys: Keys, heir: MemoryServer): void;
}
