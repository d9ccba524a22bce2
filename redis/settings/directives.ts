/**
 * The directives of redis.conf, as the table at the end of Redis's config.c has them (7.0 to 8.x; Valkey 8 where it
 * is the same). What Redis keeps for its own tests is left out.
 */

/** How Redis reads a directive's value. */
export type Kind =
    | "boolean"
    | "integer"
    /** Bytes, or a number with a unit: `256mb`. */
    | "memory"
    /** Bytes as above, or a share of maxmemory: `5%`. */
    | "memory-or-percent"
    | "enum"
    /** Several words of a list. */
    | "flags"
    | "string"
    /** Pairs of seconds and changes. */
    | "save"
    /** A class of clients, hard limit, soft limit, seconds; several times over. */
    | "output-limits"
    /** Letters, one per class of event. */
    | "events"
    | "oom-scores"
    | "percentiles";

/** One directive. */
export interface Setting {
    kind: Kind;
    /** Read at start only: a change needs a restart of the server. */
    restart: boolean;
    /** Bounds of numbers and of bytes, both inclusive: beyond them Redis refuses a value, or takes another one instead. */
    min?: number;
    max?: number;
    /** Of `enum` and `flags`. */
    values?: readonly string[];
    /** What a string has to look like, and that in words. */
    pattern?: { like: RegExp; words: string };
    /** The first version that knows it, when later than 7.0. */
    since?: string;
    /** The first version that knows a value, when later than the directive. */
    valuesSince?: Readonly<Record<string, string>>;
}

type Options = Partial<Omit<Setting, "kind">>;
const make = (kind: Kind, options: Options = {}): Setting => ({ restart: false, ...options, kind });

const intMax = 2 ** 31 - 1;
const boolean = (options?: Options): Setting => make("boolean", options);
const integer = (min = 0, max = intMax, options?: Options): Setting => make("integer", { min, max, ...options });
const long = (min = 0, options?: Options): Setting => integer(min, Number.MAX_SAFE_INTEGER, options);
const memory = (min = 0, options?: Options): Setting => make("memory", { min, ...options });
const oneOf = (values: string, options?: Options): Setting => make("enum", { values: values.split(" "), ...options });
const flags = (values: string, options?: Options): Setting => make("flags", { values: values.split(" "), ...options });
const string = (options?: Options): Setting => make("string", options);

/** Redis opens 32 files beside its clients', and Linux gives a process 1048576 at most (`fs.nr_open`). */
export const filesBesideClients = 32;
const mostClients = 1_048_576 - filesBesideClients;

const start: Options = { restart: true };
const fileName = (ending: string): Setting["pattern"] => ({
    like: new RegExp(`^[^/]*\\${ending}$`),
    words: `a file name that ends in ${ending}, without a folder`,
});
/** Beside it lie the files that a server keeps for itself. */
const folderName: Setting["pattern"] = {
    like: /^(?!(?:\.{1,2}|redis\.conf|nodes\.conf)$)[^/]+$/,
    words: "the name of a folder below the data, other than redis.conf and nodes.conf",
};
const shutdownFlags = "default save nosave now force";
const evictionPolicies =
    "volatile-lru volatile-lfu volatile-random volatile-ttl allkeys-lru allkeys-lfu allkeys-random noeviction " +
    "volatile-lrm allkeys-lrm";

const table: Record<string, Setting> = {
    // Network and clients
    bind: string(),
    "bind-source-addr": string(),
    "client-output-buffer-limit": make("output-limits"),
    "client-query-buffer-limit": memory(1024 ** 2),
    "max-new-connections-per-cycle": integer(1, 1000, { since: "7.4" }),
    "max-new-tls-connections-per-cycle": integer(1, 1000, { since: "7.4" }),
    maxclients: integer(1, mostClients),
    port: integer(0, 65535),
    "protected-mode": boolean(),
    "proto-max-bulk-len": memory(1024 ** 2),
    "socket-mark-id": integer(0, 2 ** 32 - 1, start),
    "tcp-backlog": integer(0, intMax, start),
    "tcp-keepalive": integer(),
    timeout: integer(),
    "tracking-table-max-keys": long(),
    unixsocket: string(start),
    unixsocketperm: string(start),

    // TLS
    "tls-auth-clients": oneOf("no yes optional"),
    "tls-auth-clients-user": oneOf("off cn", { since: "8.6" }),
    "tls-ca-cert-dir": string(),
    "tls-ca-cert-file": string(),
    "tls-cert-file": string(),
    "tls-ciphers": string(),
    "tls-ciphersuites": string(),
    "tls-client-cert-file": string(),
    "tls-client-key-file": string(),
    "tls-client-key-file-pass": string(),
    "tls-cluster": boolean(),
    "tls-dh-params-file": string(),
    "tls-key-file": string(),
    "tls-key-file-pass": string(),
    "tls-port": integer(0, 65535),
    "tls-prefer-server-ciphers": boolean(),
    "tls-protocols": string(),
    "tls-replication": boolean(),
    "tls-session-cache-size": integer(),
    "tls-session-cache-timeout": integer(),
    "tls-session-caching": boolean(),

    // Process
    aof_rewrite_cpulist: string(start),
    "always-show-logo": boolean(start),
    bgsave_cpulist: string(start),
    bio_cpulist: string(start),
    "crash-log-enabled": boolean(),
    "crash-memcheck-enabled": boolean(),
    daemonize: boolean(start),
    "disable-thp": boolean(start),
    "dynamic-hz": boolean(),
    "enable-debug-command": oneOf("no yes local", start),
    "enable-module-command": oneOf("no yes local", start),
    "enable-protected-configs": oneOf("no yes local", start),
    "hide-user-data-from-log": boolean({ since: "7.4" }),
    hz: integer(1, 500),
    "ignore-warnings": string(),
    "io-threads": integer(1, 128, start),
    "io-threads-do-reads": boolean(start),
    "jemalloc-bg-thread": boolean(),
    "locale-collate": string({ since: "7.2" }),
    logfile: string(start),
    loglevel: oneOf("debug verbose notice warning nothing", { valuesSince: { nothing: "7.2" } }),
    lookahead: integer(1, intMax, { since: "8.4" }),
    "oom-score-adj": oneOf("no yes relative absolute"),
    "oom-score-adj-values": make("oom-scores"),
    pidfile: string(start),
    "proc-title-template": string(),
    server_cpulist: string(start),
    "set-proc-title": boolean(start),
    "shutdown-on-sigint": flags(shutdownFlags),
    "shutdown-on-sigterm": flags(shutdownFlags),
    "shutdown-timeout": integer(),
    supervised: oneOf("upstart systemd auto no", start),
    "syslog-enabled": boolean(start),
    "syslog-facility": oneOf("user local0 local1 local2 local3 local4 local5 local6 local7", start),
    "syslog-ident": string(start),

    // Memory and keys
    "active-defrag-cycle-max": integer(1, 99),
    "active-defrag-cycle-min": integer(1, 99),
    "active-defrag-ignore-bytes": memory(1),
    "active-defrag-max-scan-fields": long(1),
    "active-defrag-threshold-lower": integer(0, 1000),
    "active-defrag-threshold-upper": integer(0, 1000),
    "active-expire-effort": integer(1, 10),
    activedefrag: boolean(),
    activerehashing: boolean(),
    databases: integer(1, intMax, start),
    "hash-max-listpack-entries": long(),
    "hash-max-listpack-value": memory(),
    "hll-sparse-max-bytes": memory(),
    "key-memory-histograms": boolean({ restart: true, since: "8.6" }),
    "lazyfree-lazy-eviction": boolean(),
    "lazyfree-lazy-expire": boolean(),
    "lazyfree-lazy-server-del": boolean(),
    "lazyfree-lazy-user-del": boolean(),
    "lazyfree-lazy-user-flush": boolean(),
    "lfu-decay-time": integer(),
    "lfu-log-factor": integer(),
    "list-compress-depth": integer(),
    "list-max-listpack-size": integer(-(2 ** 31)),
    maxmemory: memory(),
    "maxmemory-clients": make("memory-or-percent"),
    "maxmemory-eviction-tenacity": integer(0, 100),
    "maxmemory-policy": oneOf(evictionPolicies, { valuesSince: { "volatile-lrm": "8.6", "allkeys-lrm": "8.6" } }),
    "maxmemory-samples": integer(1, intMax),
    "set-max-intset-entries": long(),
    "set-max-listpack-entries": long(0, { since: "7.2" }),
    "set-max-listpack-value": long(0, { since: "7.2" }),
    "stream-idmp-duration": integer(1, 86400, { since: "8.6" }),
    "stream-idmp-maxsize": integer(1, 10000, { since: "8.6" }),
    "stream-node-max-bytes": memory(),
    "stream-node-max-entries": long(),
    "zset-max-listpack-entries": long(),
    "zset-max-listpack-value": memory(),

    // Persistence
    "aof-disable-auto-gc": boolean(),
    "aof-load-truncated": boolean(),
    "aof-rewrite-incremental-fsync": boolean(),
    "aof-timestamp-enabled": boolean(),
    "aof-use-rdb-preamble": boolean(),
    appenddirname: string({ ...start, pattern: folderName }),
    // The start script takes *.rdb and *.aof for a server's data.
    appendfilename: string({ ...start, pattern: fileName(".aof") }),
    appendfsync: oneOf("everysec always no"),
    appendonly: boolean(),
    "auto-aof-rewrite-min-size": memory(),
    "auto-aof-rewrite-percentage": integer(),
    dbfilename: string({ ...start, pattern: fileName(".rdb") }),
    dir: string(start),
    "no-appendfsync-on-rewrite": boolean(),
    "rdb-del-sync-files": boolean(),
    "rdb-save-incremental-fsync": boolean(),
    rdbchecksum: boolean(start),
    rdbcompression: boolean(),
    "sanitize-dump-payload": oneOf("no yes clients"),
    save: make("save"),
    "stop-writes-on-bgsave-error": boolean(),

    // Replication
    masterauth: string(),
    masteruser: string(),
    "min-replicas-max-lag": integer(),
    "min-replicas-to-write": integer(),
    "propagation-error-behavior": oneOf("ignore panic panic-on-replicas"),
    "repl-backlog-size": memory(16 * 1024),
    "repl-backlog-ttl": long(),
    "repl-disable-tcp-nodelay": boolean(),
    "repl-diskless-load": oneOf("disabled on-empty-db swapdb"),
    "repl-diskless-sync": boolean(),
    "repl-diskless-sync-delay": integer(),
    "repl-diskless-sync-max-replicas": integer(),
    "repl-ping-replica-period": integer(1),
    "repl-rdb-channel": boolean({ since: "8.0" }),
    "repl-timeout": integer(1),
    "replica-announce-ip": string(),
    "replica-announce-port": integer(0, 65535),
    "replica-announced": boolean(),
    "replica-full-sync-buffer-limit": memory(0, { since: "8.0" }),
    "replica-ignore-disk-write-errors": boolean(),
    "replica-ignore-maxmemory": boolean(),
    "replica-lazy-flush": boolean(),
    "replica-priority": integer(),
    "replica-read-only": boolean(),
    "replica-serve-stale-data": boolean(),
    replicaof: string(start),

    // Users and observation
    "acl-pubsub-default": oneOf("allchannels resetchannels"),
    aclfile: string(start),
    "acllog-max-len": long(),
    "busy-reply-threshold": long(),
    "latency-monitor-threshold": long(),
    "latency-tracking": boolean(),
    "latency-tracking-info-percentiles": make("percentiles"),
    "notify-keyspace-events": make("events"),
    requirepass: string(),
    "slowlog-log-slower-than": long(-1),
    "slowlog-max-len": long(),

    // Cluster
    "cluster-allow-pubsubshard-when-down": boolean(),
    "cluster-allow-reads-when-down": boolean(),
    "cluster-allow-replica-migration": boolean(),
    "cluster-announce-bus-port": integer(0, 65535),
    "cluster-announce-hostname": string(),
    "cluster-announce-human-nodename": string({ since: "7.2" }),
    "cluster-announce-ip": string(),
    "cluster-announce-port": integer(0, 65535),
    "cluster-announce-tls-port": integer(0, 65535),
    "cluster-compatibility-sample-ratio": integer(0, 100, { since: "8.0" }),
    "cluster-config-file": string(start),
    "cluster-enabled": boolean(start),
    "cluster-link-sendbuf-limit": memory(),
    "cluster-migration-barrier": integer(),
    "cluster-node-timeout": long(),
    "cluster-port": integer(0, 65535, start),
    "cluster-preferred-endpoint-type": oneOf("ip hostname unknown-endpoint"),
    "cluster-replica-no-failover": boolean(),
    "cluster-replica-validity-factor": integer(),
    "cluster-require-full-coverage": boolean(),
    "cluster-slot-migration-handoff-max-lag-bytes": memory(0, { since: "8.4" }),
    "cluster-slot-migration-write-pause-timeout": long(0, { since: "8.4" }),
    // yes or no up to 8.4, a list of what is counted from 8.6.
    "cluster-slot-stats-enabled": string({ since: "8.2" }),
};

/** Every directive of redis.conf by name, those that the project owns included. */
export const settings: ReadonlyMap<string, Setting> = new Map(Object.entries(table));

const tls = "TLS is not served yet";
const announced = "the announced address follows from `hosts` and `nodes`";
const cluster = "say topology: cluster";
const passwords = "passwords stand below `passwords`, by user";
const container = "the server runs in the foreground of its container and logs to `docker logs`";
const replica = "say `replicaOf` on the node";
const dangerous = "it would open the server to whoever reaches it; it stays off";

/** Directives that this project sets or refuses by itself, with what to do instead. */
export const ownedDirectives: ReadonlyMap<string, string> = new Map([
    ["port", "say `port` on the node"],
    ["bind", "servers listen where `hosts` and `network` say"],
    ["protected-mode", "every user has a password"],
    ["unixsocket", "servers are reached by address and port"],
    ["unixsocketperm", "servers are reached by address and port"],
    ["dir", "data stands in the node's own volume"],
    ["appendonly", "say `persistence` on the node"],
    ["replicaof", replica],
    ["slaveof", replica],
    ["masterauth", passwords],
    ["masteruser", "replicas sign in as a user of the deployment's own"],
    ["requirepass", passwords],
    ["aclfile", "users stand below `users`"],
    ["user", "users stand below `users`"],
    ["include", "directives stand below `settings`"],
    ["daemonize", container],
    ["supervised", container],
    ["pidfile", container],
    ["logfile", container],
    ["rename-command", "say what each user may do in `commands` below `users`"],
    ["loadmodule", "modules are not served"],
    ["enable-debug-command", dangerous],
    ["enable-module-command", dangerous],
    ["enable-protected-configs", dangerous],
    ["replica-announce-ip", announced],
    ["replica-announce-port", announced],
    ["slave-announce-ip", announced],
    ["slave-announce-port", announced],
    ["sentinel", "say topology: sentinel"],
    ["cluster-enabled", cluster],
    ["cluster-config-file", cluster],
    ["cluster-port", cluster],
    ...[...settings.keys()]
        .filter((name) => name.startsWith("cluster-announce-"))
        .map((name): [string, string] => [name, announced]),
    ...[...settings.keys()]
        .filter((name) => name.startsWith("tls-") || name === "max-new-tls-connections-per-cycle")
        .map((name): [string, string] => [name, tls]),
]);

/** Other spellings that Redis still reads, with the one that this project reads: one way to say each thing. */
export const otherSpellings: ReadonlyMap<string, string> = new Map([
    ...["lazy-flush", "serve-stale-data", "read-only", "ignore-maxmemory", "priority"].map((rest): [string, string] => [
        `slave-${rest}`,
        `replica-${rest}`,
    ]),
    ["cluster-slave-no-failover", "cluster-replica-no-failover"],
    ["cluster-slave-validity-factor", "cluster-replica-validity-factor"],
    ["min-slaves-max-lag", "min-replicas-max-lag"],
    ["min-slaves-to-write", "min-replicas-to-write"],
    ["repl-ping-slave-period", "repl-ping-replica-period"],
    ["hash-max-ziplist-entries", "hash-max-listpack-entries"],
    ["hash-max-ziplist-value", "hash-max-listpack-value"],
    ["zset-max-ziplist-entries", "zset-max-listpack-entries"],
    ["zset-max-ziplist-value", "zset-max-listpack-value"],
    ["list-max-ziplist-size", "list-max-listpack-size"],
    ["lua-time-limit", "busy-reply-threshold"],
    // The spellings with hyphens are unknown to 7.0; those with underscores work in every version.
    ["aof-rewrite-cpulist", "aof_rewrite_cpulist"],
    ["bgsave-cpulist", "bgsave_cpulist"],
    ["bio-cpulist", "bio_cpulist"],
    ["server-cpulist", "server_cpulist"],
]);
