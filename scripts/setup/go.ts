import { chmodSync, existsSync, readdirSync, readFileSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { aptInstall, canUseApt } from "./apt";
import { Failure } from "./failure";
import { which } from "./paths";
import { attempt, capture } from "./processes";
import { step } from "./progress";
import { isAtLeast } from "./versions";

/** A Go compiler. */
export interface Go {
    path: string;
    /** What it needs in the environment. */
    env: NodeJS.ProcessEnv;
}

/** Since this version Go fetches by itself the toolchain that a module asks for. */
const switching = "1.21";

/** A Go compiler for the module described by `modFile`: as new as that asks for, or able to become so. */
export async function go(modFile: string, env: NodeJS.ProcessEnv): Promise<Go> {
    const wanted = /^go (\S+)$/m.exec(readFileSync(modFile, "utf8"))?.[1] ?? switching;
    const path = find(env) ?? (await install(env, wanted));
    // GOTOOLCHAIN=local keeps an older Go from failing, or from switching, when it is only asked for its version.
    const said = (await attempt(path, ["version"], { env: { ...env, GOTOOLCHAIN: "local" } })).stdout;
    const version = /go(\d+(?:\.\d+)+)/.exec(said)?.[1] ?? "";
    if (isAtLeast(version, wanted)) return { path, env: { GOTOOLCHAIN: "local" } };
    // Distributions switch this off.
    if (isAtLeast(version, switching)) return { path, env: { GOTOOLCHAIN: "auto" } };
    return toolchain(path, wanted, env);
}

function find(env: NodeJS.ProcessEnv): string | undefined {
    return which("go", env) ?? ["/usr/local/go/bin/go", "/usr/lib/go/bin/go"].find((path) => existsSync(path));
}

async function install(env: NodeJS.ProcessEnv, wanted: string): Promise<string> {
    if (canUseApt()) {
        await step("Installing Go from the distribution's packages", () => aptInstall(["golang-go"]));
        const path = find(env);
        if (path) return path;
    }
    throw new Failure(
        "Pulumi is not installed and cannot be downloaded here. Either install Pulumi " +
            "(https://www.pulumi.com/docs/install/), or install Go (any version from 1.16 on, " +
            `${wanted} or newer at best) and run this again: the CLI is then compiled from its Go modules.`,
    );
}

/** Fetches a newer toolchain from the Go module proxy for a Go that cannot do so by itself. */
async function toolchain(path: string, version: string, env: NodeJS.ProcessEnv): Promise<Go> {
    const names: Record<string, string> = { x64: "amd64", ia32: "386", arm: "armv6l" };
    const module = `golang.org/toolchain@v0.0.1-go${version}.${platform()}-${names[arch()] ?? arch()}`;
    const advice = `Install Go ${version} or newer, or make a Go module proxy reachable (go env GOPROXY).`;
    const answer = await step(`Fetching the Go ${version} toolchain from the module proxy`, () =>
        capture(path, ["mod", "download", "-json", module], advice, { env }),
    );
    const folder: string = JSON.parse(answer).Dir;
    // Module archives carry no permissions.
    for (const programs of [join(folder, "bin"), ...toolFolders(folder)]) {
        for (const program of readdirSync(programs)) chmodSync(join(programs, program), 0o755);
    }
    return { path: join(folder, "bin", "go"), env: { GOTOOLCHAIN: "local", GOROOT: undefined } };
}

function toolFolders(folder: string): string[] {
    const tools = join(folder, "pkg", "tool");
    return readdirSync(tools).map((name) => join(tools, name));
}
