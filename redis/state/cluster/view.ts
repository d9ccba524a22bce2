import { type SlotRange, slotCount, slotsOf } from "../../model/cluster/slots";
import type { Endpoint } from "../../model/model";

/** One line of CLUSTER NODES: what one node believes of another, or of itself. */
export interface KnownNode {
    id: string;
    endpoint: Endpoint;
    /** Redis's words: `master`, `slave`, `fail`, `fail?`, `noaddr`, `handshake`, `nofailover`. */
    flags: string[];
    /** Id of the master it replicates. */
    replicaOf?: string;
    /** Configuration epoch: of two nodes that claim a slot, the one with the higher one owns it. */
    epoch: number;
    linkUp: boolean;
    slots: SlotRange[];
}

/** A slot that is on its way: `node` is where it goes to, or where it comes from. */
export interface OpenSlot {
    slot: number;
    node: string;
}

/** The cluster as one of its nodes sees it. */
export interface ClusterView {
    /** The node's own id. */
    id: string;
    /** Whether it serves its slots. */
    ok: boolean;
    /** Other nodes, by id. */
    others: KnownNode[];
    self: KnownNode;
    migrating: OpenSlot[];
    importing: OpenSlot[];
    /** Whether it holds keys of slots that it is being given or has given away, by a task of its own (since 8.4). */
    busy: boolean;
    /** Ports of it that were tried before it met anybody, and accepted no connection. */
    closed?: ClosedPort[];
}

/** A port that accepts no connection from somewhere. */
export interface ClosedPort {
    port: number;
    /** The host from which it was tried, by name; absent of this machine. */
    from?: string;
}

/** Reads the answers of CLUSTER NODES and CLUSTER INFO. */
export function parseView(nodesText: string, infoText: string): ClusterView {
    const lines = nodesText.split("\n").filter((line) => line.trim() !== "");
    const mine = lines.find((line) => (line.split(" ")[2] ?? "").split(",").includes("myself"));
    if (!mine) throw new Error("CLUSTER NODES names no node as `myself`");
    const self = parseLine(mine);
    const open = [...mine.matchAll(/\[(\d+)-([<>])-(\w+)\]/g)].map(([, slot, way, node = ""]) => ({
        way,
        slot: Number(slot),
        node,
    }));
    const going = (wanted: string) =>
        open.filter(({ way }) => way === wanted).map(({ slot, node }) => ({ slot, node }));
    return {
        id: self.id,
        ok: /^cluster_state:ok\s*$/m.test(infoText),
        self,
        others: lines.filter((line) => line !== mine).map(parseLine),
        migrating: going(">"),
        importing: going("<"),
        busy: /^cluster_slot_migration_active_(tasks|trim_running):[1-9]/m.test(infoText),
    };
}

function parseLine(line: string): KnownNode {
    const [id = "", address = "", flags = "", master = "-", , , epoch = "0", link = "", ...slots] = line.split(" ");
    // address:port@bus,hostname,fields: IPv6 addresses hold colons themselves.
    const [, host = "", port = "0"] = /^(.*):(\d+)(?:@\d+)?$/.exec(address.split(",")[0] ?? "") ?? [];
    return {
        id,
        endpoint: { host, port: Number(port) },
        flags: flags.split(",").filter((flag) => flag !== "myself" && flag !== "noflags"),
        ...(master === "-" ? {} : { replicaOf: master }),
        epoch: Number(epoch),
        linkUp: link === "connected",
        slots: slots
            .filter((text) => /^\d+(-\d+)?$/.test(text))
            .map((text) => {
                const [from = 0, to = from] = text.split("-").map(Number);
                return { from, to };
            }),
    };
}

/** The slots that a node owns by its own account. */
export function ownedSlots({ self }: ClusterView): number[] {
    return slotsOf(self.slots);
}

/** How many slots a node owns by its own account. */
export function ownedCount({ self }: ClusterView): number {
    return self.slots.reduce((sum, { from, to }) => sum + to - from + 1, 0);
}

/** The slots that belong to nobody, neither by their owners' account nor by what anybody knows of others. */
export function uncovered(views: readonly ClusterView[]): SlotRange[] {
    // Looked at many times while a cluster forms: marks instead of lists of numbers.
    const claimed = new Uint8Array(slotCount);
    for (const { self, others } of views) {
        for (const { slots } of [self, ...others]) for (const { from, to } of slots) claimed.fill(1, from, to + 1);
    }
    const free: SlotRange[] = [];
    for (let from = claimed.indexOf(0); from >= 0; ) {
        const end = claimed.indexOf(1, from);
        free.push({ from, to: end < 0 ? slotCount - 1 : end - 1 });
        from = end < 0 ? -1 : claimed.indexOf(0, end);
    }
    return free;
}
