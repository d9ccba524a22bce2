import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { aptInstall, canUseApt } from "../../scripts/setup/apt";
import { attempt, capture } from "../../scripts/setup/processes";
import { provide } from "./provide";

const redisPy = "redis==8.1.0";

/** A Python of its own with redis-py from PyPI. */
export class Python {
    private constructor(private readonly folder: string) {}

    static async create(): Promise<Python> {
        await provide("python3", "python3");
        const folder = mkdtempSync(join(tmpdir(), "redis-python-"));
        const venv = () => attempt("python3", ["-m", "venv", folder]);
        // Debian has what makes one in a package of its own.
        if ((await venv()).code !== 0 && canUseApt()) await aptInstall(["python3-venv"]);
        await capture("python3", ["-m", "venv", "--clear", folder], "Install python3-venv.");
        const install = ["install", "--quiet", "--disable-pip-version-check", redisPy];
        await capture(join(folder, "bin", "pip"), install, "Check the network and pip's index.");
        return new Python(folder);
    }

    /** Runs a script with arguments and returns what it prints. */
    run(script: string, args: string[], env: NodeJS.ProcessEnv): Promise<string> {
        const options = { env: { ...process.env, ...env } };
        return capture(join(this.folder, "bin", "python"), ["-c", script, ...args], "", options);
    }

    /** Begins to run a script that ends when its standard input does. */
    start(script: string, env: NodeJS.ProcessEnv): Running {
        const child = spawn(join(this.folder, "bin", "python"), ["-c", script], { env: { ...process.env, ...env } });
        let [output, problems] = ["", ""];
        child.stderr.on("data", (text) => {
            problems += text;
        });
        const ended = new Promise<string>((resolve, reject) => {
            child.once("error", reject).once("close", (code) => {
                if (code === 0) resolve(output);
                else reject(new Error(`python ended with ${code}: ${problems}`));
            });
        });
        const said = (word: string) =>
            new Promise<void>((resolve, reject) => {
                const look = () => output.includes(word) && resolve();
                child.stdout.on("data", look);
                look();
                ended.then(() => reject(new Error(`python ended without ${word}`)), reject);
            });
        child.stdout.on("data", (text) => {
            output += text;
        });
        // Whoever waits for it sees it fail.
        ended.catch(() => undefined);
        const end = () => {
            child.stdin.on("error", () => undefined).end();
            return ended;
        };
        return { said, end };
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** A script that runs. */
export interface Running {
    /** Waits until it has printed a word. */
    said(word: string): Promise<void>;
    /** Ends its standard input; returns all that it has printed. */
    end(): Promise<string>;
}
