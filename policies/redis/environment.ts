/** What environment variables set: Bitnami's images, redis-stack's, Valkey's. */

import { type Directive, directive, splitLine, unseen } from "./config";
import type { Variable } from "./container";

/** Settings that come out of the environment. */
export interface EnvironmentSettings {
    readonly directives: readonly Directive[];
    /** Bitnami's `ALLOW_EMPTY_PASSWORD`. */
    readonly allowsEmptyPassword: boolean;
}

const source = "environment";

/** Reads the variables that Bitnami's start scripts turn into settings. */
export function bitnamiSettings(variables: readonly Variable[], kind: "server" | "sentinel"): EnvironmentSettings {
    const directives: Directive[] = [];
    const add = (name: string, ...values: string[]): void => {
        directives.push(directive(name, values, source));
    };
    const get = (...names: string[]): string | undefined => {
        for (const name of names) {
            const found = variables.find(
                (variable) => variable.name === `REDIS_${name}` || variable.name === `VALKEY_${name}`,
            );
            if (found !== undefined && found.value !== "") {
                return found.value;
            }
        }
        return undefined;
    };
    const password = get("PASSWORD");
    const passwordFile = get("PASSWORD_FILE");
    if (kind === "sentinel") {
        const sentinelPassword = get("SENTINEL_PASSWORD");
        if (sentinelPassword !== undefined) {
            add("requirepass", sentinelPassword);
        }
        if (get("SENTINEL_PASSWORD_FILE") !== undefined) {
            add("requirepass", unseen);
        }
        const set = get("MASTER_SET", "PRIMARY_SET") ?? "mymaster";
        add(
            "sentinel",
            "monitor",
            set,
            get("MASTER_HOST", "PRIMARY_HOST") ?? "redis",
            get("MASTER_PORT_NUMBER", "PRIMARY_PORT_NUMBER") ?? "6379",
            get("SENTINEL_QUORUM") ?? "2",
        );
        const port = get("SENTINEL_PORT_NUMBER");
        if (port !== undefined) {
            add("port", port);
        }
        return { directives, allowsEmptyPassword: allowsEmpty(variables) };
    }
    if (password !== undefined) {
        add("requirepass", password);
    }
    const port = get("PORT_NUMBER");
    if (port !== undefined) {
        add("port", port);
    }
    if (/^(?:slave|replica)$/.test(get("REPLICATION_MODE") ?? "")) {
        const host = get("MASTER_HOST", "PRIMARY_HOST");
        if (host !== undefined) {
            add("replicaof", host, get("MASTER_PORT_NUMBER", "PRIMARY_PORT_NUMBER") ?? "6379");
        }
        const masterPassword = get("MASTER_PASSWORD", "PRIMARY_PASSWORD");
        if (masterPassword !== undefined) {
            add("masterauth", masterPassword);
        }
        if (get("MASTER_PASSWORD_FILE", "PRIMARY_PASSWORD_FILE") !== undefined) {
            add("masterauth", unseen);
        }
    }
    if (passwordFile !== undefined) {
        add("requirepass", unseen);
    }
    // The images turn the append-only file on unless told otherwise.
    add("appendonly", get("AOF_ENABLED") === "no" ? "no" : "yes");
    for (const command of (get("DISABLE_COMMANDS") ?? "").split(",").filter((name) => name.trim() !== "")) {
        add("rename-command", command.trim(), "");
    }
    const aclFile = get("ACLFILE");
    if (aclFile !== undefined) {
        add("aclfile", aclFile);
    }
    if (get("TLS_ENABLED") === "yes") {
        add("tls-port", get("TLS_PORT_NUMBER", "TLS_PORT") ?? "6379");
        add("port", "0");
    }
    directives.push(...flags(get("EXTRA_FLAGS") ?? ""));
    return { directives, allowsEmptyPassword: allowsEmpty(variables) };
}

function allowsEmpty(variables: readonly Variable[]): boolean {
    return variables.some(({ name, value }) => name === "ALLOW_EMPTY_PASSWORD" && /^(?:yes|true|1)$/i.test(value));
}

/** Settings appended to the command by the official images' variables (`VALKEY_EXTRA_FLAGS`, `REDIS_ARGS`). */
export function extraFlags(variables: readonly Variable[]): Directive[] {
    return variables
        .filter(({ name }) => name === "VALKEY_EXTRA_FLAGS" || name === "REDIS_ARGS")
        .flatMap(({ value }) => flags(value));
}

function flags(text: string): Directive[] {
    const directives: Directive[] = [];
    let name: string | undefined;
    let values: string[] = [];
    for (const word of [...(splitLine(text) ?? []), "--"]) {
        if (word.startsWith("--")) {
            if (name !== undefined) {
                directives.push(directive(name, values, source));
            }
            name = word.slice(2);
            values = [];
        } else {
            values.push(word);
        }
    }
    return directives;
}
