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

/** The lines that say how to connect. */
export function connectLines({ connect, password }: Outputs, stack: string): string[] {
    const entries = Object.entries(connect ?? {});
    const width = Math.max("password".length, ...entries.map(([name]) => name.length));
    const lines = entries.map(([name, value]) => `${name.padEnd(width)}  ${line(value)}`);
    if (password !== undefined) {
        lines.push(
            `${"password".padEnd(width)}  npm run pulumi -- stack output password --show-secrets --stack ${stack}`,
        );
    }
    return lines;
}

function line(value: unknown): string {
    return typeof value === "string" ? value : JSON.stringify(value);
}
