import type { Disk, Process } from "../process";
import { ClusterNode } from "./node";
import { slotOfWrite } from "./slots";

/** By which a newcomer keeps replicas waiting (redis/model/files/startScript.ts). */
export const guard = { "repl-diskless-sync": "yes", "repl-diskless-sync-delay": "86400" };

/** The node that a volume holds, or a new one. */
export function nodeOf(disk: Disk, newId: () => string): ClusterNode {
    disk.cluster ??= new ClusterNode(newId());
    return disk.cluster;
}

/** Whether a newcomer gives its data to nobody. */
export const isNewcomer = ({ isMaster, serves }: ClusterNode): boolean => isMaster && !serves;

/** A master that loaded keys of slots that it does not own takes what is nobody's, and opens what is another's. */
export function takeLoaded(process: Process | undefined, node: ClusterNode | undefined): void {
    if (!process || !node?.isMaster) return;
    for (const [number, slot] of slotOfWrite.entries()) {
        if ((process.keys & (1 << number)) === 0) continue;
        const owner = node.slots.ownerOf(slot);
        if (owner === node.id || node.importing.has(slot)) continue;
        if (owner === "") node.slots.give({ from: slot, to: slot }, node.id);
        else node.importing.set(slot, owner);
    }
}
