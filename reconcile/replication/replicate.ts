import type { Redis } from "ioredis";
import type { Endpoint } from "../../redis/model/model";
import { atomically } from "../redis/pipeline";

/** Changes whom a server follows, nobody unless a master is given, and has it written to its file: both or neither. */
export async function replicate(client: Redis, master?: Endpoint): Promise<void> {
    const target = master ? [master.host, String(master.port)] : ["no", "one"];
    await atomically(client, [
        ["replicaof", ...target],
        ["config", "rewrite"],
    ]);
}
