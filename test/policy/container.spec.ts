import { edit, named, replication, watched } from "./support/baseline";
import { type Break, breaks } from "./support/breaks";
import { type Declared, remoteImage, unknown } from "./support/judge";

const set =
    (props: Record<string, unknown>) =>
    (all: Declared[]): unknown =>
        Object.assign(named(all, "master").props, props);

/** Cases that change properties of the master's container and expect one policy to speak. */
const refused = (policy: string, cases: Record<string, Record<string, unknown>>, says?: RegExp): Break[] =>
    Object.entries(cases).map(([what, props]) => ({
        it: `refuses ${what}`,
        baseline: replication,
        change: set(props),
        expect: [`${policy} master`],
        says,
    }));
const accepted = (cases: Record<string, Record<string, unknown>>): Break[] =>
    Object.entries(cases).map(([what, props]) => ({
        it: `accepts ${what}`,
        baseline: replication,
        change: set(props),
        expect: [],
    }));

breaks("redis-image-pinned", [
    ...refused("redis-image-pinned", {
        "no tag": { image: "redis" },
        latest: { image: "redis:latest" },
        "a tag without a version": { image: "redis:alpine" },
        "no tag with a registry's port": { image: "localhost:5000/redis" },
        "no tag of Valkey": { image: "valkey/valkey" },
    }),
    ...accepted({
        "a version": { image: "redis:8.2" },
        "a digest": { image: `redis@sha256:${"a".repeat(64)}` },
        "tag and digest": { image: `redis:8@sha256:${"a".repeat(64)}` },
        "an image id": { image: `sha256:${"a".repeat(64)}` },
        "this project's own": { image: "localhost/redis-debian:8.0" },
    }),
    {
        it: "wants a digest when told to",
        baseline: replication,
        change: set({ image: "redis:8.2.1" }),
        config: { "redis-image-pinned": { require: "digest" } },
        expect: ["master", "replica1", "replica2"].map((name) => `redis-image-pinned ${name}`),
        says: /Write `redis:8\.2\.1@sha256:<digest>`/,
    },
    {
        it: "wants a minor version when told to",
        baseline: replication,
        change: set({ image: "redis:8" }),
        config: { "redis-image-pinned": { require: "minor" } },
        expect: ["redis-image-pinned master"],
    },
    {
        it: "judges an image that is declared by itself",
        baseline: replication,
        change: (all) => {
            all.push({ type: remoteImage, name: "redis-image", props: { name: "redis" } });
            set({ image: unknown })(all);
            named(all, "master").sources = { image: ["redis-image"] };
        },
        expect: ["redis-image-pinned redis-image"],
    },
    {
        it: "leaves other images alone",
        baseline: replication,
        change: (all) => all.push({ type: remoteImage, name: "app-image", props: { name: "nginx" } }),
        expect: [],
    },
]);

breaks("redis-minimum-version", [
    ...refused("redis-minimum-version", {
        "an old Redis": { image: "redis:6.2.14-alpine" },
        "an old major version": { image: "redis:5" },
    }),
    ...accepted({
        "the minimum": { image: "redis:7.0" },
        "a major version that may be it": { image: "redis:7" },
        "Valkey, which has versions of its own": { image: "valkey/valkey:7.2" },
        "a version that is not stated": { image: `redis@sha256:${"a".repeat(64)}` },
    }),
    {
        it: "takes another minimum",
        baseline: replication,
        change: () => undefined,
        config: { "redis-minimum-version": { redis: "8.4" } },
        expect: ["master", "replica1", "replica2"].map((name) => `redis-minimum-version ${name}`),
        says: /version 8\.2\.1 is older than 8\.4/,
    },
]);

breaks("redis-non-root", [
    ...refused("redis-non-root", { "no user": { user: undefined }, root: { user: "root" }, "uid 0": { user: "0:0" } }),
    ...accepted({ another: { user: "redis" } }),
]);
breaks("redis-privileged", refused("redis-privileged", { it: { privileged: true } }));
breaks("redis-capabilities", [
    ...refused("redis-capabilities", {
        "none dropped": { capabilities: undefined },
        "some dropped": { capabilities: { drops: ["CAP_NET_RAW"] } },
        "some added": { capabilities: { adds: ["CAP_SYS_RESOURCE"], drops: ["ALL"] } },
    }),
    ...accepted({ "ALL in lower case": { capabilities: { drops: ["all"] } } }),
]);
breaks("redis-new-privileges", [
    ...refused("redis-new-privileges", {
        "no option": { securityOpts: undefined },
        "another option": { securityOpts: ["seccomp=unconfined"] },
        "the option turned off": { securityOpts: ["no-new-privileges:false"] },
    }),
    ...accepted({ "the long form": { securityOpts: ["no-new-privileges:true"] } }),
]);
breaks("redis-docker-socket", [
    {
        it: "refuses it as a mount",
        baseline: replication,
        change: (all) =>
            set({ mounts: [{ type: "bind", source: "/var/run/docker.sock", target: "/var/run/docker.sock" }] })(all),
        expect: ["redis-docker-socket master"],
    },
    {
        it: "refuses it as a volume, by another name",
        baseline: replication,
        change: (all) =>
            (named(all, "master").props.volumes as object[]).push({
                hostPath: "/run/user/1000/docker.sock",
                containerPath: "/tmp/engine",
            }),
        expect: ["redis-docker-socket master"],
    },
]);
breaks(
    "redis-writable-root",
    refused("redis-writable-root", { it: { readOnly: false }, "the default": { readOnly: undefined } }),
);
breaks("redis-memory-limit", [
    ...refused("redis-memory-limit", {
        "no limit": { memory: undefined, memorySwap: undefined },
        "no memorySwap": { memorySwap: undefined },
        swap: { memorySwap: 1024 },
    }),
    ...accepted({ "a limit that is not known yet": { memory: unknown, memorySwap: unknown } }),
]);
breaks("redis-maxmemory", [
    {
        it: "refuses none",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/maxmemory \d.*\n/, "")),
        expect: ["redis-maxmemory master"],
        says: /until the kernel kills it/,
    },
    {
        it: "refuses 0",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/maxmemory \d.*\n/, "maxmemory 0\n")),
        expect: ["redis-maxmemory master"],
    },
    {
        it: "refuses one too near the limit",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/maxmemory \d.*\n/, "maxmemory 500mb\n")),
        expect: ["redis-maxmemory master"],
        says: /500mb is more than 80 % of the container's 512 MiB.*Set it to 384mb or less/,
    },
    {
        it: "accepts what it is told to",
        baseline: replication,
        change: (all) =>
            edit(all, "master", "redis.conf", (text) => text.replace(/maxmemory \d.*\n/, "maxmemory 500mb\n")),
        config: { "redis-maxmemory": { maximumShare: 1 } },
        expect: [],
    },
]);
breaks("redis-eviction-policy", [
    {
        it: "wants it stated",
        baseline: replication,
        change: (all) => edit(all, "master", "redis.conf", (text) => text.replace(/maxmemory-policy.*\n/, "")),
        expect: ["redis-eviction-policy master"],
    },
]);
breaks("redis-restart-policy", [
    ...refused("redis-restart-policy", { no: { restart: "no" }, none: { restart: undefined } }),
    ...accepted({ always: { restart: "always" } }),
]);
breaks("redis-graceful-stop", [
    ...refused(
        "redis-graceful-stop",
        {
            "no destroyGraceSeconds": { destroyGraceSeconds: undefined },
            "no stopTimeout": { stopTimeout: undefined },
        },
        /not set, so/,
    ),
    {
        it: "asks nothing of Sentinels, which have nothing to save",
        baseline: watched,
        change: (all) =>
            Object.assign(named(all, "sentinel1").props, { stopTimeout: undefined, destroyGraceSeconds: 0 }),
        expect: [],
    },
    ...refused("redis-graceful-stop", { "too few seconds": { stopTimeout: 10 } }, /10 seconds are fewer than 30/),
]);
breaks("redis-health-check", [
    ...Object.entries({
        PORT: ["redis-server", "/etc/redis/redis.conf"],
        6390: ["redis-server", "/etc/redis/redis.conf", "--port", "6390"],
    }).map(([port, command]) => ({
        it: `tells the port, as far as the command does: ${port}`,
        baseline: replication,
        change: set({ command, healthcheck: undefined }),
        expect: ["redis-health-check master"],
        says: new RegExp(`Write \`redis-cli -e -p ${port} ping\``),
    })),
    ...refused("redis-health-check", {
        none: { healthcheck: undefined },
        "one that is turned off": { healthcheck: { tests: ["NONE"] } },
    }),
    ...refused(
        "redis-health-check",
        {
            "redis-cli ping": { healthcheck: { tests: ["CMD", "redis-cli", "ping"] } },
            "redis-cli ping in a shell": { healthcheck: { tests: ["CMD-SHELL", "redis-cli ping || exit 1"] } },
            "another valkey-cli": { healthcheck: { tests: ["CMD", "valkey-cli", "-p", "6379", "ping"] } },
        },
        /exits 0 on an error reply/,
    ),
    ...accepted({
        "redis-cli -e ping": { healthcheck: { tests: ["CMD", "redis-cli", "-e", "ping"] } },
        "a look for PONG": { healthcheck: { tests: ["CMD-SHELL", "redis-cli ping | grep -q PONG"] } },
        "a comparison": { healthcheck: { tests: ["CMD-SHELL", '[ "$(redis-cli ping)" = "PONG" ]'] } },
        "another program": { healthcheck: { tests: ["CMD", "nc", "-z", "localhost", "6379"] } },
    }),
]);
breaks("redis-log-rotation", [
    ...refused("redis-log-rotation", {
        "no options": { logOpts: undefined },
        "no size": { logOpts: { "max-file": "3" } },
    }),
    ...accepted({ "a driver that rotates": { logOpts: undefined, logDriver: "local" } }),
]);
breaks("redis-host-sysctl", [
    {
        it: "refuses net.core.somaxconn on the host's network",
        baseline: () => {
            const all = replication();
            set({ networkMode: "host", ports: undefined, networksAdvanced: undefined })(all);
            edit(all, "master", "redis.conf", (text) => `${text}bind 127.0.0.1\n`);
            return all;
        },
        change: set({ sysctls: { "net.core.somaxconn": "511" } }),
        expect: ["redis-host-sysctl master"],
        says: /net\.core\.somaxconn/,
    },
    ...accepted({ "it on a bridge": { sysctls: { "net.core.somaxconn": "511" } } }),
]);
