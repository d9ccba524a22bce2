import type { Session } from "./session";

/** How many resources the last update changed; undefined when that cannot be told. */
export async function changes(session: Session): Promise<number | undefined> {
    const args = ["stack", "history", "--json", "--page-size", "1", "--stack", session.stack];
    const { code, stdout } = await session.attempt(args);
    if (code !== 0) return undefined;
    const [last] = JSON.parse(stdout) as { resourceChanges?: Record<string, number> }[];
    const counts = Object.entries(last?.resourceChanges ?? {});
    return counts.reduce((sum, [kind, count]) => (kind === "same" ? sum : sum + count), 0);
}

/** Says how to connect, from the stack's outputs. */
export async function explain(session: Session): Promise<void> {
    const outputs: Outputs = JSON.parse(await session.read(["stack", "output", "--json", "--stack", session.stack]));
    const lines = connectLines(outputs, session.stack);
    if (lines.length > 0) console.log(`\nTo connect:\n${lines.map((line) => `  ${line}`).join("\n")}`);
}

interface Outputs {
    connect?: Record<string, unknown>;
    password?: unknown;
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
    const entries = Object.entries({
        ...first,
        ...connect,
        ...("redisPy" in connect ? { redisPy: python(stack) } : {}),
    });
    const width = Math.max(...entries.map(([name]) => name.length));
    return entries.map(([name, value]) => `${name.padEnd(width)}  ${line(value)}`);
}

/** A module has many lines: how to write it into a file. */
function python(stack: string): string {
    const read = `npm run --silent pulumi -- stack output connect --json --stack ${stack}`;
    return `${read} | python3 -c 'import json, sys; print(json.load(sys.stdin)["redisPy"])' > connection.py`;
}

function line(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
