import type { Redis } from "ioredis";

/** Commands in one round trip; throws the first error among the answers. */
export async function pipelined(client: Redis, commands: string[][]): Promise<unknown[]> {
    if (commands.length === 0) return [];
    const replies = await client.pipeline(commands).exec();
    return (replies ?? []).map(([error, reply]) => {
        if (error) throw error;
        return reply;
    });
}

/** Waits for an answer and takes an error that means that nothing had to be done. */
export async function tolerate(answer: Promise<unknown>, harmless: RegExp): Promise<void> {
    try {
        await answer;
    } catch (error) {
        if (!harmless.test((error as Error).message)) throw error;
    }
}

/** Sends several commands as one transaction: all of them are done, or none. Fails with the first error reply. */
export async function atomically(client: Redis, commands: string[][]): Promise<void> {
    const transaction = client.multi();
    for (const [name = "", ...rest] of commands) transaction.call(name, ...rest);
    const replies = await transaction.exec().catch((error: Error & { previousErrors?: Error[] }) => {
        // EXECABORT only says that one of them was refused before.
        throw error.previousErrors?.[0] ?? error;
    });
    for (const [error] of replies ?? []) if (error) throw error;
}
