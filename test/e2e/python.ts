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

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}
