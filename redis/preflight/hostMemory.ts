import type { Problem } from "../declaration/problem";
import type { Model, NodeModel } from "../model/model";
import { parseMemory } from "../settings/sizes";
import type { EngineInventory } from "../state/engineInventory";

/** A limit that a host has no memory for: it would never be reached, and the kernel would kill servers before. */
export function memoryProblems(model: Model, inventories: EngineInventory[]): Problem[] {
    const limit = model.memory && parseMemory(model.memory);
    if (!limit) return [];
    return [...memories(inventories)].flatMap(([host, memory]) => {
        if (limit <= memory || !model.nodes.some((node) => node.host === host)) return [];
        const message = `${model.memory} is more than ${host} has, ${show(memory)}: no container would ever reach it; say less, or leave it out`;
        return [{ path: "memory", message }];
    });
}

/** The same of what servers may hold: it may be meant, where a larger machine is to come. */
export function memoryWarnings(model: Model, inventories: EngineInventory[]): string[] {
    const found = memories(inventories);
    return model.nodes.flatMap((node) => {
        const memory = found.get(node.host);
        const most = mostOf(node);
        if (memory === undefined || most <= memory) return [];
        return [
            `${node.name}: maxmemory ${node.settings.maxmemory} is more than ${node.host} has, ${show(memory)}: before Redis refuses writes or forgets keys, the kernel kills it`,
        ];
    });
}

const mostOf = ({ settings: { maxmemory } }: NodeModel): number => parseMemory(String(maxmemory ?? 0)) ?? 0;

function memories(inventories: EngineInventory[]): Map<string, number> {
    return new Map(
        inventories.flatMap((inventory) =>
            inventory.reachable && inventory.engine.memory ? [[inventory.host, inventory.engine.memory] as const] : [],
        ),
    );
}

const show = (bytes: number): string => `${(bytes / 1024 ** 3).toFixed(1)} GiB`;
