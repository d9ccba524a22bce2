/** ACL categories of the commands that policies ask about, as `COMMAND INFO` of Redis 8.0 and Valkey 8.1 tell them. */
const categories: Readonly<Record<string, readonly string[]>> = {
    acl: ["admin", "slow", "dangerous"],
    bgrewriteaof: ["admin", "slow", "dangerous"],
    bgsave: ["admin", "slow", "dangerous"],
    client: ["admin", "slow", "dangerous", "connection"],
    cluster: ["admin", "slow", "dangerous"],
    config: ["admin", "slow", "dangerous"],
    debug: ["admin", "slow", "dangerous"],
    eval: ["slow", "scripting"],
    evalsha: ["slow", "scripting"],
    failover: ["admin", "slow", "dangerous"],
    fcall: ["slow", "scripting"],
    flushall: ["keyspace", "write", "slow", "dangerous"],
    flushdb: ["keyspace", "write", "slow", "dangerous"],
    function: ["slow", "scripting"],
    info: ["slow", "dangerous"],
    keys: ["keyspace", "read", "slow", "dangerous"],
    latency: ["admin", "slow", "dangerous"],
    migrate: ["keyspace", "write", "slow", "dangerous"],
    module: ["admin", "slow", "dangerous"],
    monitor: ["admin", "slow", "dangerous"],
    ping: ["fast", "connection"],
    psync: ["admin", "slow", "dangerous"],
    replicaof: ["admin", "slow", "dangerous"],
    replconf: ["admin", "slow", "dangerous"],
    restore: ["keyspace", "write", "slow", "dangerous"],
    role: ["admin", "fast", "dangerous"],
    save: ["admin", "slow", "dangerous"],
    script: ["slow", "scripting"],
    shutdown: ["admin", "slow", "dangerous"],
    slaveof: ["admin", "slow", "dangerous"],
    slowlog: ["admin", "slow", "dangerous"],
    sort: ["write", "set", "sortedset", "list", "slow", "dangerous"],
    swapdb: ["keyspace", "write", "fast", "dangerous"],
    sync: ["admin", "slow", "dangerous"],
};

/** A command's ACL categories; of others none are known, so that only `@all` and their own name speak of them. */
export function categoriesOf(command: string): readonly string[] {
    return Object.hasOwn(categories, command) ? (categories[command] ?? []) : [];
}
