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

/**
 * The subcommands that do harm, of commands of which others are of use: to applications, or to Sentinel, whose user has
 * CONFIG REWRITE and SCRIPT KILL.
 */
const harmful: Readonly<Record<string, readonly string[]>> = {
    acl: ["deluser", "load", "save", "setuser"],
    config: ["resetstat", "set"],
    module: ["load", "loadex", "unload"],
    script: ["debug", "flush"],
};

/** What client libraries call by themselves (to run a script by its hash), of commands that are else closed. */
const needed: Readonly<Record<string, readonly string[]>> = { script: ["load", "exists"] };

/** What to close along with a command. Open alone it says nothing: Sentinel's user has SLAVEOF, that of replicas PSYNC. */
const twins: Readonly<Record<string, string>> = { replicaof: "slaveof", sync: "psync" };

/** What of a command does harm, as ACL rules name it: `script` gives `script|flush` and others, `debug` itself. */
export function harmfulOf(command: string): readonly string[] {
    return own(harmful, command)?.map((subcommand) => `${command}|${subcommand}`) ?? [command];
}

/** The ACL rules that close a command and leave what client libraries need. */
export function closingRules(command: string): string {
    const twin = own(twins, command);
    const closed = twin === undefined ? [`-${command}`] : [`-${command}`, `-${twin}`];
    return [...closed, ...(own(needed, command) ?? []).map((subcommand) => `+${command}|${subcommand}`)].join(" ");
}

/**
 * The ACL categories of a command, or of a subcommand that does harm; of others none are known, so that only `@all` and
 * their own name speak of them.
 */
export function categoriesOf(command: string): readonly string[] {
    return own(categories, command.replace(/\|.*/, "")) ?? [];
}

/** A name may be anything, also that of a method of every object. */
function own<T>(record: Readonly<Record<string, T>>, key: string): T | undefined {
    return Object.hasOwn(record, key) ? record[key] : undefined;
}
