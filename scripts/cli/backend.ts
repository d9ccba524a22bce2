import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { pulumiHome, root, stateFolder } from "../setup/paths";

/** Where Pulumi keeps its state, and what the CLI needs in its environment for that. */
export interface Backend {
    /** Whether it is the local one that these scripts supply when the user has chosen none. */
    own: boolean;
    /** Its folder, when it is one of ours. */
    folder?: string;
    env: NodeJS.ProcessEnv;
}

/** The backend that the user has chosen; else a local one with a generated passphrase, both outside the checkout. */
export function backend(env: NodeJS.ProcessEnv = process.env): Backend {
    if (env.PULUMI_BACKEND_URL) return { own: false, env: {} };
    // The CLI keeps logins in its own folder, which is another one when we compiled it.
    const credentials = env.PULUMI_CREDENTIALS_PATH || pulumiHome(env);
    if (env.PULUMI_ACCESS_TOKEN || login(credentials)) {
        return { own: false, env: { PULUMI_CREDENTIALS_PATH: credentials } };
    }
    return localBackend(stateFolder(env));
}

/** A file backend with a generated passphrase in a folder that only this user can read. */
export function localBackend(folder: string): Backend {
    const state = join(folder, "state");
    const passphrase = join(folder, "passphrase");
    mkdirSync(state, { recursive: true, mode: 0o700 });
    if (!existsSync(passphrase)) generate(passphrase);
    return {
        own: true,
        folder,
        env: {
            PULUMI_BACKEND_URL: pathToFileURL(state).href,
            PULUMI_CONFIG_PASSPHRASE_FILE: passphrase,
            // An empty one counts as given, and would win.
            PULUMI_CONFIG_PASSPHRASE: undefined,
        },
    };
}

/** Writes a new passphrase, unless another process has just done so. */
function generate(path: string): void {
    try {
        writeFileSync(path, randomBytes(24).toString("hex"), { mode: 0o600, flag: "wx" });
    } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
}

/** The backend's URL: the one that is set, else that of the login, else none. */
export function backendUrl(env: NodeJS.ProcessEnv): string {
    return env.PULUMI_BACKEND_URL || login(env.PULUMI_CREDENTIALS_PATH || pulumiHome(env)) || "";
}

/** The folder of the backend when that is a folder on this machine: its locks can then be looked at. */
export function fileBackend(env: NodeJS.ProcessEnv): string | undefined {
    const url = backendUrl(env);
    if (!url.startsWith("file://")) return undefined;
    const path = url.slice("file://".length).split("?")[0] || "";
    return resolve(root, path.replace(/^~/, homedir()));
}

function login(credentials: string): string | undefined {
    try {
        return JSON.parse(readFileSync(join(credentials, "credentials.json"), "utf8")).current || undefined;
    } catch {
        return undefined;
    }
}
