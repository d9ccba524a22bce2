import { lookup } from "node:dns/promises";
import type { Problem } from "../redis/declaration/problem";
import { namedAddresses } from "../redis/declaration/validation/hosts";
import { within } from "./within";

/** How long one name may take, in milliseconds. */
const patience = 5_000;

/** Addresses of hosts that are names which mean nothing here: no server there could be reached. Never throws. */
export async function unresolvedAddresses(hosts: unknown): Promise<Problem[]> {
    const tried = namedAddresses(hosts).map(async ({ path, address }): Promise<Problem[]> => {
        const problem = await within(patience, lookup(address)).then(
            () => undefined,
            (error: NodeJS.ErrnoException) => error.code ?? error.message,
        );
        if (!problem) return [];
        const message = `"${address}" does not resolve on this machine (${problem}): correct it, or write the IP address`;
        return [{ path, message }];
    });
    return (await Promise.all(tried)).flat();
}
