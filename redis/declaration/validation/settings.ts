import { settingProblem } from "../../settings/settings";
import { parseMemory } from "../../settings/sizes";
import { below, type Fields, isFields, type Report, show } from "./report";

/** Checks directives and their values, of the deployment or of one node. */
export function checkSettings(path: string, value: unknown, report: Report): void {
    if (value === undefined) return;
    if (!isFields(value)) report(path, `Must be directives of redis.conf by name, not ${show(value)}`);
    for (const [name, setting] of isFields(value) ? Object.entries(value) : []) {
        report(below(path, name), settingProblem(name, setting));
    }
}

const bytes = (size: unknown): number | undefined =>
    typeof size === "string" || typeof size === "number" ? parseMemory(String(size)) : undefined;

/** The least that Docker gives a container. */
const dockerMinimum = 6 * 1024 ** 2;

/** Checks the memory limit of the containers, and that it leaves room for what each server may hold. */
export function checkMemory(args: Fields, nodes: readonly { path: string; fields: Fields }[], report: Report): void {
    const { memory } = args;
    const limit = typeof memory === "string" ? parseMemory(memory) : undefined;
    report("memory", limitProblem(memory, limit));
    const own = nodes.map(({ path, fields }) => ({ path: `${path}.settings.maxmemory`, settings: fields.settings }));
    for (const { path, settings } of [{ path: "settings.maxmemory", settings: args.settings }, ...own]) {
        const most = isFields(settings) ? bytes(settings.maxmemory) : undefined;
        if (limit === undefined || most === undefined || most < limit) continue;
        report(path, `Must be below the containers' \`memory\`, ${show(memory)}: Redis needs room beside its data`);
    }
}

function limitProblem(memory: unknown, limit: number | undefined): string | undefined {
    if (memory === undefined) return undefined;
    if (limit === undefined) return `Must be a size such as 512mb, not ${show(memory)}`;
    return limit < dockerMinimum ? `${show(memory)} is less than 6mb, the least that Docker gives` : undefined;
}
