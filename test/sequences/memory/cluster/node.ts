import type { SlotRange } from "../../../../redis/model/cluster/slots";
import type { Endpoint } from "../../../../redis/model/model";
import type { ClusterView, KnownNode, OpenSlot } from "../../../../redis/state/cluster/view";
import { SlotTable } from "./slots";

/** What a node believes of another one. */
export interface Known {
    id: string;
    /** Absent since another node answered there (`noaddr`). */
    endpoint?: Endpoint;
    isMaster: boolean;
    /** The id of the master that it replicates. */
    master?: string;
    epoch: number;
    linkUp: boolean;
    /** When it was heard last, by the world's clock. */
    heard: number;
    /** Whether it is suspected (`fail?`), or given up by a majority (`fail`). */
    down: "" | "fail?" | "fail";
    failedAt: number;
    /** Masters that suspect it. */
    reports: Set<string>;
    /** Versions of it and of oneself when its news was last taken in. */
    seen: number;
    seenOwn: number;
}

/** A slot that is open, by number, and its other end. */
export type Open = Map<number, string>;

const nowhere: Endpoint = { host: "", port: 0 };

/** What a node of a cluster believes, most of which it keeps in its nodes.conf. */
export class ClusterNode {
    readonly known = new Map<string, Known>();
    isMaster = true;
    /** The id of the master that it replicates. */
    master?: string;
    epoch = 0;
    currentEpoch = 0;
    lastVote = 0;
    slots = new SlotTable();
    migrating: Open = new Map();
    importing: Open = new Map();
    /** Those that it is about to meet, and until when. */
    meetings: { endpoint: Endpoint; until: number }[] = [];
    /** Ids that it has forgotten, and until when it does not take them back from what others say. */
    forgotten = new Map<string, number>();
    /** For which masters it has voted when. */
    votes = new Map<string, number>();
    ok = false;
    /** Since when it has run, where that was seen, and when it was last with a minority of masters. */
    since?: number;
    minority = -100;
    /** A failover that somebody asked for. */
    asked?: { until: number; force: boolean };
    /** When it asks for votes. */
    electionAt?: number;
    /** When it has asked for votes. */
    polledAt?: number;
    /** Counted up with everything that others see. */
    version = 1;
    private viewed?: { version: number; endpoint: Endpoint; view: ClusterView };

    constructor(public id: string) {}

    /** What it forgets when its process ends, and begins again with. */
    restart(now: number): void {
        this.since = now;
        this.minority = -100;
        this.ok = false;
        this.meetings = [];
        this.forgotten.clear();
        this.votes.clear();
        this.asked = undefined;
        this.electionAt = undefined;
        this.polledAt = undefined;
        for (const one of this.known.values()) {
            Object.assign(one, { linkUp: false, heard: now, seen: 0, reports: new Set() });
            if (one.down === "fail?") one.down = "";
        }
        this.changed();
    }

    changed(): void {
        this.version++;
    }

    /** Whether it owns a slot. */
    get serves(): boolean {
        return this.isMaster && this.slots.owns(this.id);
    }

    epochOf(id: string): number {
        return id === this.id ? this.epoch : (this.known.get(id)?.epoch ?? 0);
    }

    /** How many masters own slots, as far as it knows. */
    get size(): number {
        let size = 0;
        for (const owner of this.slots.everyOwner()) if (owner !== "") size++;
        return size;
    }

    get majority(): number {
        return (this.size >> 1) + 1;
    }

    add(id: string, endpoint: Endpoint, now: number, of: Pick<Known, "isMaster" | "master" | "epoch">): Known {
        const { isMaster, master, epoch } = of;
        const one: Known = {
            ...{ id, endpoint, isMaster, master, epoch, linkUp: false, heard: now, down: "", failedAt: 0 },
            ...{ reports: new Set<string>(), seen: 0, seenOwn: 0 },
        };
        this.known.set(id, one);
        this.changed();
        return one;
    }

    /** Drops a node with its slots. */
    drop(id: string): void {
        this.known.delete(id);
        this.slots.inherit(id, "");
        for (const open of [this.migrating, this.importing]) {
            for (const [slot, other] of open) if (other === id) open.delete(slot);
        }
        for (const one of this.known.values()) {
            one.reports.delete(id);
            if (one.master === id) one.master = undefined;
        }
        this.changed();
    }

    /** CLUSTER NODES and CLUSTER INFO, read. */
    view(endpoint: Endpoint): ClusterView {
        const known = this.viewed;
        if (known?.version === this.version && known.endpoint === endpoint) return known.view;
        const { id, ok, isMaster, master, epoch } = this;
        const self: KnownNode = {
            ...{ id, endpoint, flags: [isMaster ? "master" : "slave"], epoch, linkUp: true },
            slots: isMaster ? this.slots.rangesOf(id) : [],
            ...(master ? { replicaOf: master } : {}),
        };
        const others = [...this.known.values()].map((one) => this.lineOf(one));
        const meeting = this.meetings.map(
            (one, at): KnownNode => ({
                ...{ id: `meeting ${at}`, endpoint: one.endpoint, flags: ["handshake"], epoch: 0, linkUp: false },
                slots: [],
            }),
        );
        const view: ClusterView = {
            ...{ id, ok, self, others: [...others, ...meeting], busy: false },
            migrating: openSlots(this.migrating),
            importing: openSlots(this.importing),
        };
        this.viewed = { version: this.version, endpoint, view };
        return view;
    }

    private lineOf({ id, endpoint, isMaster, master, epoch, linkUp, down }: Known): KnownNode {
        const flags = [isMaster ? "master" : "slave"];
        if (down) flags.push(down);
        if (!endpoint) flags.push("noaddr");
        const slots: SlotRange[] = isMaster ? this.slots.rangesOf(id) : [];
        // Of a replica Redis tells its master's epoch.
        const told = isMaster ? epoch : this.epochOf(master ?? "");
        const line = { id, endpoint: endpoint ?? nowhere, flags, epoch: told, linkUp, slots };
        return master ? { ...line, replicaOf: master } : line;
    }
}

function openSlots(open: Open): OpenSlot[] {
    return open.size === 0 ? [] : [...open].map(([slot, node]) => ({ slot, node }));
}
