import { attempt } from "./processes";

/** Debian's repositories of one release: the suffix of the suite, and apt's name of the origin. */
const repositories = [
    { suffix: "", label: "Debian" },
    { suffix: "-updates", label: "Debian" },
    { suffix: "-security", label: "Debian-Security" },
];

/** The release whose packages are only tried, and come and go, and the one that they lie on. */
export const experimental = { base: "sid", suite: "experimental" };

/**
 * Where to get a Debian release from: the mirror that this machine's apt uses, where that is Debian's.
 * Otherwise nothing, which leaves the choice to mmdebstrap.
 */
export async function debianSources(suite: string): Promise<string[]> {
    const format = "$(LABEL) $(REPO_URI)";
    const { stdout } = await attempt("apt-get", ["indextargets", "--format", format, "Created-By: Packages"]);
    return sourceLines(suite, stdout);
}

/** The lines of sources.list for `suite` made from apt's answer, `LABEL URI` per line; none when a mirror is missing. */
export function sourceLines(suite: string, answer: string): string[] {
    const mirrors = new Map<string, string>();
    for (const line of answer.split("\n")) {
        const [label, uri] = line.trim().split(" ");
        if (label && uri && !mirrors.has(label)) mirrors.set(label, uri);
    }
    if (repositories.some(({ label }) => !mirrors.has(label))) return [];
    // Neither has updates: what is new is in it at once.
    if (suite === experimental.suite)
        return Object.values(experimental).map((name) => `deb ${mirrors.get("Debian")} ${name} main`);
    return repositories.map(({ suffix, label }) => `deb ${mirrors.get(label)} ${suite}${suffix} main`);
}

/** How this machine's apt reaches its mirrors: proxies, certificates, clock checks. In the form of apt.conf. */
export async function aptSettings(): Promise<string> {
    const { stdout } = await attempt("apt-config", ["dump"]);
    const lines = stdout.split("\n").filter((line) => /^Acquire::(https?::|Check-|Retries)/i.test(line));
    return lines.map((line) => `${line}\n`).join("");
}
