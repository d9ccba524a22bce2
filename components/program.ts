/** The shell command that starts one of our programs, found by package name: the same text in every checkout. */
export function program(name: "converge" | "handoff"): string {
    return `exec node --require tsx/cjs --eval 'require("redis-on-docker/${name}")'`;
}
