import type { Property, Schema } from "../provider/schema";
import { isObject, type Json } from "../provider/values";
import { duration } from "./duration";
import { label } from "./labels";

const refuseTrue = (value: Json) => (value === true ? "is not served by this provider" : undefined);
const matching = (pattern: RegExp) => (value: Json) =>
    pattern.test(String(value)) ? undefined : `must match ${pattern.source}`;
const notNegative = (value: Json) => (Number(value) >= 0 ? undefined : "must not be negative");
const goDuration = (value: Json) =>
    duration(String(value)) === undefined ? `must be a duration such as "5s" or "1m30s"` : undefined;
const interval: Property = { type: "string", default: "0s", zero: "0s", refuse: goDuration };
const refuseInterval = (value: Json) => (duration(String(value)) === 0 ? undefined : "is not served by this provider");
const noEmptyElement = (value: Json) =>
    (value as Json[]).includes("") ? "must not hold an empty string, which the Engine would drop" : undefined;

/**
 * The inputs of a container. As in the official provider, what the Engine cannot change in a container replaces it;
 * `init`, `tmpfs` and `rm`, whose changes that provider says to have applied without doing so, replace it as well.
 */
export const schema: Schema = {
    name: { type: "string" },
    image: { type: "string", required: true },
    command: { type: "strings", computed: true, refuse: noEmptyElement },
    entrypoints: { type: "strings", computed: true },
    envs: { type: "strings", computed: true, set: true },
    labels: { type: "objects", computed: true, set: true, fields: label },
    hostname: { type: "string", computed: true },
    user: { type: "string", computed: true },
    workingDir: { type: "string", computed: true },
    readOnly: { type: "boolean", default: false },
    privileged: { type: "boolean" },
    init: { type: "boolean", computed: true },
    tty: { type: "boolean", default: false },
    stdinOpen: { type: "boolean", default: false },
    capabilities: {
        type: "object",
        fields: { adds: { type: "strings", set: true }, drops: { type: "strings", set: true } },
    },
    securityOpts: { type: "strings", computed: true, set: true },
    groupAdds: { type: "strings", set: true },
    sysctls: { type: "map" },
    ulimits: {
        type: "objects",
        set: true,
        fields: {
            name: { type: "string", required: true },
            soft: { type: "number", required: true },
            hard: { type: "number", required: true },
        },
    },

    restart: {
        type: "string",
        change: "update",
        default: "no",
        refuse: matching(/^(no|on-failure|always|unless-stopped)$/),
    },
    maxRetryCount: { type: "number", change: "update" },
    memory: { type: "number", change: "update", refuse: notNegative },
    memorySwap: { type: "number", change: "update" },
    memoryReservation: { type: "number", change: "update", default: 0, refuse: notNegative },
    cpuShares: { type: "number", change: "update", refuse: notNegative },
    cpuSet: { type: "string", change: "update", refuse: matching(/^\d+([,-]\d+)*$/) },
    cpus: { type: "string", refuse: matching(/^\d+(\.\d+)?$/) },
    shmSize: { type: "number", computed: true, refuse: notNegative },

    stopSignal: { type: "string", computed: true },
    stopTimeout: { type: "number", computed: true },
    destroyGraceSeconds: { type: "number", change: "update" },
    removeVolumes: { type: "boolean", change: "update", default: true },
    rm: { type: "boolean", default: false },

    mounts: {
        type: "objects",
        set: true,
        fields: {
            target: { type: "string", required: true },
            type: { type: "string", required: true, refuse: matching(/^(bind|volume|tmpfs)$/) },
            source: { type: "string" },
            readOnly: { type: "boolean" },
            bindOptions: { type: "object", fields: { propagation: { type: "string" } } },
            volumeOptions: {
                type: "object",
                fields: {
                    noCopy: { type: "boolean" },
                    driverName: { type: "string" },
                    driverOptions: { type: "map" },
                },
            },
            tmpfsOptions: { type: "object", fields: { sizeBytes: { type: "number" }, mode: { type: "number" } } },
        },
    },
    volumes: {
        type: "objects",
        set: true,
        fields: {
            containerPath: { type: "string" },
            fromContainer: { type: "string" },
            hostPath: { type: "string" },
            volumeName: { type: "string" },
            readOnly: { type: "boolean" },
        },
    },
    tmpfs: { type: "map" },
    uploads: {
        type: "objects",
        set: true,
        fields: {
            file: { type: "string", required: true },
            content: { type: "string" },
            contentBase64: { type: "string" },
            permissions: { type: "string", refuse: matching(/^0[0-7]{3}$/) },
            executable: { type: "boolean", default: false },
            owner: { type: "string", default: "", refuse: matching(/^\d+$/) },
            group: { type: "string", default: "", refuse: matching(/^\d+$/) },
        },
    },

    networkMode: { type: "string", default: "bridge" },
    networksAdvanced: {
        type: "objects",
        set: true,
        fields: {
            name: { type: "string", required: true },
            aliases: { type: "strings", set: true },
            ipv4Address: { type: "string" },
            ipv6Address: { type: "string" },
        },
    },
    ports: {
        type: "objects",
        fields: {
            internal: { type: "number", required: true },
            external: { type: "number" },
            ip: { type: "string", default: "0.0.0.0" },
            protocol: { type: "string", default: "tcp" },
        },
        same: samePorts,
    },
    hosts: {
        type: "objects",
        set: true,
        fields: { host: { type: "string", required: true }, ip: { type: "string", required: true } },
    },
    ipcMode: { type: "string", computed: true },
    pidMode: { type: "string" },

    logDriver: { type: "string", computed: true },
    logOpts: { type: "map" },

    healthcheck: {
        type: "object",
        computed: true,
        fields: {
            tests: { type: "strings", required: true },
            interval: interval,
            timeout: interval,
            startPeriod: interval,
            startInterval: { ...interval, refuse: refuseInterval },
            retries: { type: "number", default: 0 },
        },
    },

    start: { type: "boolean", change: "update", default: true },
    mustRun: { type: "boolean", change: "update", default: true },
    wait: { type: "boolean", change: "update", default: false },
    waitTimeout: { type: "number", change: "update", default: 60 },
    containerReadRefreshTimeoutMilliseconds: { type: "number", change: "update", default: 15000 },
    attach: { type: "boolean", default: false, refuse: refuseTrue },
    logs: { type: "boolean", default: false, refuse: refuseTrue },
};

/** The order of ports says nothing, and an external port that is not given may be any. */
function samePorts(before: Json, after: Json): boolean {
    const was = [...(before as Json[])];
    const wanted = [...(after as Json[])].filter(isObject);
    // The exact ones first, so that they are not taken by those that would take any.
    wanted.sort((a, b) => Number(a.external === undefined) - Number(b.external === undefined));
    const met = wanted.every((port) => {
        const index = was.findIndex(
            (old) => isObject(old) && Object.entries(port).every(([key, value]) => old[key] === value),
        );
        return index >= 0 && was.splice(index, 1).length === 1;
    });
    return met && was.length === 0;
}
