import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { randomBytes } from "node:crypto";

/**
 * Shells in a container that run one script after the other. A `docker exec` for each script costs the processor as much as
 * thirty scripts, and tests run thousands.
 */
export class Shells {
    private readonly idle: Shell[] = [];
    private readonly all = new Set<Shell>();

    constructor(private readonly container: string) {}

    /** Runs a script as `sh -euc` does, with a text on its standard input; fails with what it printed when the script fails. */
    async run(script: string, input?: string): Promise<string> {
        const shell = this.idle.pop() ?? new Shell(this.container);
        this.all.add(shell);
        const { code, stdout, stderr } = await shell.run(script, input);
        if (shell.ended) this.all.delete(shell);
        else this.idle.push(shell);
        const ended = shell.ended ? " (the shell has ended)" : "";
        if (code !== 0) throw new Error(`docker exec: ${(stdout + stderr).trim()}${ended}`);
        return stdout;
    }

    end(): void {
        for (const shell of this.all) shell.end();
    }
}

interface Result {
    code: number;
    stdout: string;
    stderr: string;
}

/** One of {@link Shells}, which runs one script at a time. */
class Shell {
    ended = false;
    /** Follows what a script has printed, on both streams. */
    private readonly mark = `end-${randomBytes(12).toString("hex")}`;
    private readonly child: ChildProcessWithoutNullStreams;
    private stdout: Buffer[] = [];
    private stderr: Buffer[] = [];
    private look: () => void = () => undefined;

    constructor(container: string) {
        this.child = spawn("docker", ["exec", "--interactive", container, "sh"]);
        this.child.stdout.on("data", (chunk: Buffer) => this.seen(this.stdout, chunk));
        this.child.stderr.on("data", (chunk: Buffer) => this.seen(this.stderr, chunk));
        // Whoever waits for a script learns of it by the shell's end.
        for (const part of [this.child, this.child.stdin]) part.on("error", () => undefined);
        this.child.once("close", () => {
            this.ended = true;
            this.look();
        });
    }

    run(script: string, input?: string): Promise<Result> {
        // Bytes of any value, and of any number: what is printed by the shell itself is no argument of a program.
        const given =
            input === undefined ? "" : `printf %s ${quoted(Buffer.from(input).toString("base64"))} | base64 -d |`;
        const none = input === undefined ? "</dev/null" : "";
        const { mark } = this;
        this.child.stdin.write(
            `${given} sh -euc ${quoted(script)} ${none}; printf '${mark} %s\\n' $?; printf '${mark}\\n' >&2\n`,
        );
        return new Promise((resolve) => {
            this.look = () => {
                const [stdout, stderr] = [this.stdout, this.stderr].map((chunks) => String(Buffer.concat(chunks)));
                const end = new RegExp(`${mark} (\\d+)\\n$`).exec(stdout as string);
                const both = end && (stderr as string).endsWith(`${mark}\n`);
                if (!both && !this.ended) return;
                this.look = () => undefined;
                [this.stdout, this.stderr] = [[], []];
                resolve({
                    code: Number(end?.[1] ?? 1),
                    stdout: (stdout as string).slice(0, end?.index),
                    stderr: (stderr as string).replace(`${mark}\n`, ""),
                });
            };
            this.look();
        });
    }

    end(): void {
        this.child.kill("SIGKILL");
    }

    private seen(chunks: Buffer[], chunk: Buffer): void {
        chunks.push(chunk);
        this.look();
    }
}

/** A text as one word of a shell's line. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;
