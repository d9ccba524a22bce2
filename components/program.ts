/**
 * The shell command that starts the convergence, found by package name: the same text in every checkout. Libraries come
 * first: tsx looks into every file that is loaded after it.
 */
export function program(name: "converge"): string {
    const loaded = ["dockerode", "ioredis", "tsx/cjs"].map((library) => `--require ${library}`).join(" ");
    return `exec node ${loaded} --eval 'require("redis-on-docker/${name}")'`;
}
