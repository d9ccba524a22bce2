import type { RedisObservation } from "../../state/observation";

/**
 * Whether a server that begins to follow `parent` can go on where it is, without receiving everything again. The same
 * questions that Redis asks (`masterTryPartialResynchronization` in replication.c): is it the same history, up to an
 * offset at which both were still one, and does the parent's backlog still hold what is missing.
 */
export function continues(server: RedisObservation, parent: RedisObservation): boolean {
    const { history, offset } = server;
    const { id, earlier, backlogFrom } = parent.history;
    const next = offset + 1;
    const shared = history.id === id ? parent.offset + 1 : history.id === earlier?.id ? earlier.until : 0;
    return shared > 0 && next <= shared && backlogFrom !== undefined && next >= backlogFrom;
}

/**
 * Whether `other` went on from where `server` is, so that it has everything that `server` has, and maybe more: it was
 * promoted from a replica of the same history, at an offset that `server` has not passed.
 */
export function wentOnFrom(other: RedisObservation, server: RedisObservation): boolean {
    const { earlier } = other.history;
    return earlier?.id === server.history.id && server.offset < earlier.until;
}
