import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import { Failure } from "./failure";
import { endSignal } from "./together";

/** How a program is started. */
export interface Start {
    env?: NodeJS.ProcessEnv;
    cwd?: string;
    /** Text for its standard input. */
    input?: string;
    /** Ends the program after so many milliseconds. */
    timeout?: number;
}

/** What a program did. */
export interface Outcome {
    code: number;
    stdout: string;
    stderr: string;
}

/** Runs a program on this terminal and returns its exit code. */
export async function run(program: string, args: string[], { env, cwd }: Start = {}): Promise<number> {
    return (await ended(spawn(program, args, { env, cwd, stdio: "inherit" }))).code;
}

/** Runs a program quietly and returns what it wrote, whether it succeeded or not. */
export async function attempt(program: string, args: string[], options: Start = {}): Promise<Outcome> {
    const { input, ...rest } = options;
    endSignal().throwIfAborted();
    const child = spawn(program, args, { ...rest, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
        stdout += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
        stderr += text;
    });
    // A program that does not read its input is no error.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    const { code, interrupted } = await ended(child);
    endSignal().throwIfAborted();
    if (interrupted) throw new Failure(`interrupted while ${program} was at work`, code || 1);
    return { code, stdout, stderr };
}

/** Runs a program quietly and returns its standard output. `advice` says what to do when it fails. */
export async function capture(program: string, args: string[], advice: string, options: Start = {}): Promise<string> {
    return outputOf(`${program} ${args[0] ?? ""}`, await attempt(program, args, options), advice);
}

/** The standard output of a program that had to succeed. `advice` says what to do when it has failed. */
export function outputOf(command: string, { code, stdout, stderr }: Outcome, advice = ""): string {
    if (code === 0) return stdout;
    const said = lastLines(`${stdout}\n${stderr}`, 15);
    throw new Failure(`${command} failed with code ${code}. ${advice}\n${said}`);
}

/** The last lines of a text, indented. */
export function lastLines(text: string, count: number): string {
    const lines = text.split("\n").filter((line) => line.trim());
    return lines
        .slice(-count)
        .map((line) => `    ${line}`)
        .join("\n");
}

/** The exit code that an error stands for. */
export function exitCodeOf(error: unknown): number {
    return error instanceof Failure ? error.exitCode : 1;
}

const forwarded: NodeJS.Signals[] = ["SIGINT", "SIGTERM", "SIGHUP"];

/**
 * Waits until a program has ended. Meanwhile signals to this process are the program's. It is interrupted when something has
 * failed that was done beside it.
 * @param onInterrupt called at the first of them
 */
export async function ended(
    child: ChildProcess,
    onInterrupt?: () => void,
): Promise<{ code: number; interrupted: boolean }> {
    let interrupted = false;
    const forward = (signal: NodeJS.Signals) => {
        if (!interrupted) onInterrupt?.();
        interrupted = true;
        // At a terminal Ctrl-C reaches the program directly, and twice would mean more than once.
        if (signal !== "SIGINT" || !process.stdin.isTTY) child.kill(signal);
    };
    for (const signal of forwarded) process.on(signal, forward);
    // What Ctrl-C does: other signals end some programs at once, and what these have started goes on.
    const end = () => child.kill("SIGINT");
    const failure = endSignal();
    failure.addEventListener("abort", end);
    try {
        const code = await new Promise<number>((resolve, reject) => {
            child.on("error", (error: NodeJS.ErrnoException) =>
                reject(error.code === "ENOENT" ? new Failure(`${child.spawnfile} is not installed`) : error),
            );
            child.on("close", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
        });
        return { code, interrupted };
    } finally {
        for (const signal of forwarded) process.off(signal, forward);
        failure.removeEventListener("abort", end);
    }
}
