import type { Process } from "./process";
import type { MemoryServer } from "./server";
import { Missing, type World } from "./world";

/** A step that could not be done: a command failed, or what it waits for did not come. It is planned again. */
export class Failed extends Error {}

/** What is done between two moments at which anything may happen; yields what has just been done. */
export type Doing<T = void> = Generator<string, T>;

/** Does a step that may fail; why it did, if so. */
export function* tried(doing: Doing): Doing<string | undefined> {
    try {
        yield* doing;
        return undefined;
    } catch (error) {
        if (error instanceof Failed || error instanceof Missing) return error.message;
        throw error;
    }
}

/** The process of a server that takes commands. */
export function commanded(world: World, node: string): Process {
    const server: MemoryServer = world.server(node);
    if (!server.answers) throw new Failed(`${node} does not answer`);
    return server.process as Process;
}
