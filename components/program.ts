/**
 * The shell command that starts one of our programs, found by package name: the same text in every checkout. Libraries come
 * first: tsx looks into every file that is loaded after it.
 */
export function program(name: "converge" | "handoff"): string {
    const loaded = ["dockerode", "ioredis", "tsx/cjs"].map((library) => `--require ${library}`).join(" ");
    return `exec node ${loaded} --eval 'require("redis-on-docker/${name}")'`;
}
