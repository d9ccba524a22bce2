import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";

/** A command to run, as the inputs of a `Command` say it. */
export interface Invocation {
    text: string;
    interpreter: string[];
    dir: string | undefined;
    environment: Record<string, string>;
    stdin: string | undefined;
    logStdout: boolean;
    logStderr: boolean;
}

/** What a command wrote, each without its last newline. */
export interface Result {
    stdout: string;
    stderr: string;
}

const ignore = () => undefined;
const groups = new Set<number>();

/** Kills every command that is running, with everything that it has started. */
export function killAll(): void {
    groups.forEach(killGroup);
}

/**
 * Runs a command to its end. `log` gets its lines as they come. The command is the leader of a process group, so that
 * a timeout or a cancellation ends its children too, which else would keep its output open.
 */
export async function run(invocation: Invocation, signal: AbortSignal, log: (line: string) => void): Promise<Result> {
    if (invocation.dir !== undefined && !existsSync(invocation.dir)) {
        throw new Error(`the folder "${invocation.dir}" does not exist: running ${JSON.stringify(invocation.text)}`);
    }
    const [program = "", ...args] = [...invocation.interpreter, invocation.text];
    const child = spawn(program, args, {
        cwd: invocation.dir,
        env: { ...process.env, ...invocation.environment },
        stdio: ["pipe", "pipe", "pipe"],
        detached: true,
    });
    const both: Buffer[] = [];
    const stdout = collect(child.stdout, both, invocation.logStdout ? log : ignore);
    const stderr = collect(child.stderr, both, invocation.logStderr ? log : ignore);
    // A command need not read its standard input.
    child.stdin.on("error", () => undefined);
    child.stdin.end(invocation.stdin ?? "");

    const group = child.pid;
    const abort = () => group !== undefined && killGroup(group);
    if (group !== undefined) {
        groups.add(group);
    }
    signal.addEventListener("abort", abort);
    if (signal.aborted) {
        abort();
    }
    try {
        const failure = await new Promise<string | undefined>((resolve) => {
            child.once("error", (error) => resolve(error.message));
            child.once("close", (code, killedBy) => {
                resolve(killedBy !== null ? `ended by ${killedBy}` : code === 0 ? undefined : `exit status ${code}`);
            });
        });
        if (failure !== undefined) {
            const reason = signal.aborted ? `${failure} (${abortReason(signal)})` : failure;
            throw new Error(`${reason}: running ${JSON.stringify(invocation.text)}:\n${Buffer.concat(both)}`);
        }
        return { stdout: text(stdout), stderr: text(stderr) };
    } finally {
        signal.removeEventListener("abort", abort);
        if (group !== undefined) {
            groups.delete(group);
        }
    }
}

function collect(stream: NodeJS.ReadableStream, both: Buffer[], log: (line: string) => void): Buffer[] {
    const chunks: Buffer[] = [];
    const decoder = new StringDecoder("utf8");
    let rest = "";
    stream.on("data", (chunk: Buffer) => {
        chunks.push(chunk);
        both.push(chunk);
        const lines = (rest + decoder.write(chunk)).split("\n");
        rest = lines.pop() ?? "";
        lines.forEach(log);
    });
    stream.on("end", () => {
        if (rest !== "") {
            log(rest);
        }
    });
    return chunks;
}

function text(chunks: Buffer[]): string {
    return Buffer.concat(chunks).toString("utf8").replace(/\n$/, "");
}

function abortReason(signal: AbortSignal): string {
    return signal.reason instanceof Error && signal.reason.name === "TimeoutError" ? "timeout" : "cancelled";
}

function killGroup(group: number): void {
    try {
        process.kill(-group, "SIGKILL");
    } catch {
        // The group has ended by itself.
    }
}
