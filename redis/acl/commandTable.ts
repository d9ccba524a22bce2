/** The commands of Redis 7.0.15, as COMMAND lists them: below a line of ACL categories those that belong to just these. */
const table = `
admin connection dangerous slow:
    client|kill client|list client|no-evict client|pause client|unblock client|unpause
admin dangerous fast:
    lastsave role
admin dangerous hyperloglog slow write:
    pfdebug
admin dangerous hyperloglog slow:
    pfselftest
admin dangerous slow:
    acl|deluser acl|dryrun acl|getuser acl|list acl|load acl|log acl|save acl|setuser acl|users bgrewriteaof bgsave
    cluster|addslots cluster|addslotsrange cluster|bumpepoch cluster|count-failure-reports cluster|delslots
    cluster|delslotsrange cluster|failover cluster|flushslots cluster|forget cluster|meet cluster|replicas
    cluster|replicate cluster|reset cluster|saveconfig cluster|set-config-epoch cluster|setslot cluster|slaves
    config|get config|resetstat config|rewrite config|set debug failover latency|doctor latency|graph latency|histogram
    latency|history latency|latest latency|reset module|list module|load module|loadex module|unload monitor psync
    replconf replicaof save shutdown slaveof slowlog|get slowlog|len slowlog|reset sync
bitmap fast read:
    bitfield_ro getbit
bitmap read slow:
    bitcount bitpos
bitmap slow write:
    bitfield bitop setbit
blocking fast sortedset write:
    bzpopmax bzpopmin
blocking list slow write:
    blmove blmpop blpop brpop brpoplpush
blocking read slow stream:
    xread
blocking slow sortedset write:
    bzmpop
blocking slow stream write:
    xreadgroup
connection fast:
    asking auth echo hello ping quit readonly readwrite reset select
connection slow:
    client|caching client|getname client|getredir client|help client|id client|info client|reply client|setname
    client|tracking client|trackinginfo command command|count command|docs command|getkeys command|getkeysandflags
    command|help command|info command|list wait
dangerous fast keyspace write:
    swapdb
dangerous keyspace read slow:
    keys
dangerous keyspace slow write:
    flushall flushdb migrate restore restore-asking
dangerous list read set slow sortedset:
    sort_ro
dangerous list set slow sortedset write:
    sort
dangerous slow:
    info
fast hash read:
    hexists hget hlen hmget hstrlen
fast hash write:
    hdel hincrby hincrbyfloat hmset hset hsetnx
fast hyperloglog write:
    pfadd
fast keyspace read:
    dbsize exists expiretime pexpiretime pttl touch ttl type
fast keyspace write:
    expire expireat move persist pexpire pexpireat renamenx unlink
fast list read:
    llen
fast list write:
    lpop lpush lpushx rpop rpush rpushx
fast pubsub:
    publish spublish
fast read set:
    scard sismember smismember
fast read sortedset:
    zcard zcount zlexcount zmscore zrank zrevrank zscore
fast read stream:
    xlen
fast read string:
    get mget strlen
fast read:
    lolwut
fast set write:
    sadd smove spop srem
fast sortedset write:
    zadd zincrby zpopmax zpopmin zrem
fast stream write:
    xack xadd xautoclaim xclaim xdel xsetid
fast string write:
    append decr decrby getdel getex getset incr incrby incrbyfloat setnx
fast transaction:
    discard multi unwatch watch
fast:
    time
geo read slow:
    geodist geohash geopos georadius_ro georadiusbymember_ro geosearch
geo slow write:
    geoadd georadius georadiusbymember geosearchstore
hash read slow:
    hgetall hkeys hrandfield hscan hvals
hyperloglog read slow:
    pfcount
hyperloglog slow write:
    pfmerge
keyspace read slow:
    dump object|encoding object|freq object|idletime object|refcount randomkey scan
keyspace slow write:
    copy del rename
keyspace slow:
    object|help
list read slow:
    lindex lpos lrange
list slow write:
    linsert lmove lmpop lrem lset ltrim rpoplpush
pubsub slow:
    psubscribe pubsub|channels pubsub|numpat pubsub|numsub pubsub|shardchannels pubsub|shardnumsub punsubscribe
    ssubscribe subscribe sunsubscribe unsubscribe
read set slow:
    sdiff sinter sintercard smembers srandmember sscan sunion
read slow sortedset:
    zdiff zinter zintercard zrandmember zrange zrangebylex zrangebyscore zrevrange zrevrangebylex zrevrangebyscore
    zscan zunion
read slow stream:
    xinfo|consumers xinfo|groups xinfo|stream xpending xrange xrevrange
read slow string:
    getrange lcs substr
read slow:
    memory|usage
scripting slow write:
    function|delete function|flush function|load function|restore
scripting slow:
    eval eval_ro evalsha evalsha_ro fcall fcall_ro function|dump function|help function|kill function|list
    function|stats script|debug script|exists script|flush script|help script|kill script|load
set slow write:
    sdiffstore sinterstore sunionstore
slow sortedset write:
    zdiffstore zinterstore zmpop zrangestore zremrangebylex zremrangebyrank zremrangebyscore zunionstore
slow stream write:
    xgroup|create xgroup|createconsumer xgroup|delconsumer xgroup|destroy xgroup|setid xtrim
slow stream:
    xgroup|help xinfo|help
slow string write:
    mset msetnx psetex set setex setrange
slow transaction:
    exec
slow:
    acl acl|cat acl|genpass acl|help acl|whoami client cluster cluster|countkeysinslot cluster|getkeysinslot
    cluster|help cluster|info cluster|keyslot cluster|links cluster|myid cluster|nodes cluster|shards cluster|slots
    config config|help function latency latency|help memory memory|doctor memory|help memory|malloc-stats memory|purge
    memory|stats module module|help object pubsub pubsub|help script slowlog slowlog|help xgroup xinfo
`;

/** Commands that came later, up to 8.6, those of modules aside. */
const newer = `
    client|no-touch client|setinfo cluster|migration cluster|myshardid cluster|slot-stats delex digest hexpire
    hexpireat hexpiretime hgetdel hgetex hotkeys hpersist hpexpire hpexpireat hpexpiretime hpttl hsetex httl msetex
    sflush trimslots vadd vcard vdim vemb vgetattr vinfo vismember vlinks vrandmember vrange vrem vsetattr vsim waitaof
    xackdel xcfgset xdelex
`;

/**
 * The ACL categories of each command of Redis 7.0; commands with subcommands stand beside these (`config`, `config|get`).
 * What ACL GETUSER of 7.0 answers can only be compared by them: see `sameUser`.
 */
export const commandCategories: ReadonlyMap<string, readonly string[]> = new Map(
    [...table.matchAll(/^(\S.*):\n((?: {4}.*\n)+)/gm)].flatMap(([, categories = "", commands = ""]) =>
        commands
            .trim()
            .split(/\s+/)
            .map((command): [string, string[]] => [command, categories.split(" ")]),
    ),
);

/** The commands of all versions, to tell what a misspelt one may mean. */
export const knownCommands: ReadonlySet<string> = new Set([...commandCategories.keys(), ...newer.trim().split(/\s+/)]);
