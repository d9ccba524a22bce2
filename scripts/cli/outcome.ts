import { suggestion } from "../../redis/declaration/nearest";
import { Failure } from "../setup/failure";
import { duration } from "../setup/progress";

/** What a stack exports, as far as it is told to a person; secrets are masked. */
export interface Outputs {
    connect?: Record<string, unknown>;
    endpoints?: unknown[];
    password?: unknown;
}

/** How long the phases of a run took, in milliseconds. */
export interface Phases {
    /** All of it. */
    whole: number;
    plan?: number;
    update?: number;
    /** Convergence, which is a part of the update. */
    convergence?: number;
}

/** The last line of an `up` that had nothing to do, or did it. */
export function summary(stack: string, { endpoints = [] }: Outputs, phases: Phases): string {
    const servers = `${endpoints.length} ${endpoints.length === 1 ? "server" : "servers"} as declared`;
    if (phases.update === undefined) return `Nothing to change: ${servers} (${duration(phases.whole)}).`;
    return `The stack ${stack} is up: ${servers} (${timing(phases)}).`;
}

function timing({ whole, plan, update = 0, convergence = 0 }: Phases): string {
    const parts = [
        ...(plan === undefined ? [] : [`plan ${duration(plan)}`]),
        `update ${duration(update)}`,
        ...(convergence > 0 ? [`of which convergence ${duration(convergence)}`] : []),
    ];
    return `${duration(whole)}: ${parts.join(", ")}`;
}

/** Says how to connect, from the stack's outputs. */
export function explain(outputs: Outputs, stack: string): void {
    const lines = connectLines(outputs, stack);
    if (lines.length > 0) console.log(`\nTo connect:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

/** The lines that say how to connect. The shell's own comes first: the line of redis-cli takes the password from there. */
export function connectLines({ connect, password }: Outputs, stack: string): string[] {
    if (!connect || password === undefined) return [];
    const output = (name: string) => `npm run --silent pulumi -- stack output ${name} --show-secrets --stack ${stack}`;
    // Sentinels have a user of their own for those who look for the master.
    const isSentinel = typeof connect.ioredis === "object" && "sentinels" in (connect.ioredis ?? {});
    const first = isSentinel
        ? { passwords: `${output("passwords")}  (discovery: of Sentinels, and for REDISCLI_AUTH)` }
        : { password: `export REDISCLI_AUTH=$(${output("password")})` };
    const shown = Object.entries(connect).filter(([name]) => !(name in inPrograms));
    const names = Object.keys(connect).flatMap((name) => inPrograms[name as keyof typeof inPrograms] ?? []);
    const how = `npm run --silent connect -- CLIENT --stack ${stack}  (CLIENT is ${names.join(", ")})`;
    const entries = [...Object.entries(first), ...shown, ...(names.length > 0 ? [["others", how] as const] : [])];
    const width = Math.max(...entries.map(([name]) => name.length));
    return entries.map(([name, value]) => `${name.padEnd(width)}  ${line(value)}`);
}

/** Clients whose text has many lines, by what the output `connect` calls them: `npm run connect` prints one. */
const inPrograms = {
    nodeRedis: "node-redis",
    redisPy: "redis-py",
    goRedis: "go-redis",
    jedis: "jedis",
    lettuce: "lettuce",
};

/**
 * What to write for one client, ready to be pasted.
 * @throws a {@link Failure} for a client that there is none of, with the one that may be meant
 */
export function connectText({ connect = {} }: Outputs, client: string): string {
    const names = Object.keys(connect).map((name) => inPrograms[name as keyof typeof inPrograms] ?? name);
    const at = names.indexOf(client.toLowerCase());
    const [, value] = Object.entries(connect)[at] ?? [];
    if (value === undefined) {
        throw new Failure(`There is no client ${client}${suggestion(client, names)}; there are ${names.join(", ")}`);
    }
    return typeof value === "string" ? value : JSON.stringify(value, undefined, 4);
}

function line(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
