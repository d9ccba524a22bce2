import { readFileSync } from "node:fs";
import { join } from "node:path";
import { locked } from "./lock";
import { cacheFolder, which } from "./paths";
import { attempt, capture } from "./processes";
import { toTheEnd } from "./together";

/** Whether this process has had apt look at its sources. */
let isUpdated = false;

/** Whether this is Debian or a relative of it, and we may install packages. */
export function canUseApt(): boolean {
    return process.getuid?.() === 0 && /debian|ubuntu/i.test(releaseFile()) && !!which("apt-get");
}

/** Installs packages, without those that they merely recommend. */
export async function aptInstall(packages: string[]): Promise<void> {
    // While one apt is at work, another fails. Broken off it would leave packages half installed.
    await locked(join(cacheFolder(), "apt.lock"), () => toTheEnd(() => install(packages)), "installs packages");
}

async function install(packages: string[]): Promise<void> {
    const advice = `Check apt's sources and the network, or install ${packages.join(", ")} yourself.`;
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    // Another apt may be at work, such as a machine's own updates just after its start.
    const wait = ["-o", "DPkg::Lock::Timeout=300"];
    // A source that cannot be reached is no obstacle as long as another one has the packages.
    if (!isUpdated) await attempt("apt-get", ["update", ...wait], { env });
    isUpdated = true;
    await capture("apt-get", ["install", "-y", "--no-install-recommends", ...wait, ...packages], advice, { env });
}

function releaseFile(): string {
    try {
        return readFileSync("/etc/os-release", "utf8");
    } catch {
        return "";
    }
}
