import type { Redis } from "ioredis";
import { quarantine } from "../../redis/model/files/replicaOf";
import type { Endpoint } from "../../redis/model/model";
import { atomically } from "../redis/pipeline";

/**
 * Has a replica that has just started connect to its master at once. By itself it tries once a second (`replicationCron` in
 * Redis's replication.c); told to follow somebody else it connects in the same moment. What it needs to go on from where it
 * was it keeps.
 */
export function reconnect(replica: Redis, master: Endpoint): Promise<void> {
    const follow = ({ host, port }: Endpoint) => ["replicaof", host, String(port)];
    return atomically(replica, [follow(quarantine), follow(master)]);
}
