import { settingProblem } from "../../settings/settings";
import { parseMemory } from "../../settings/sizes";
import { below } from "../path";
import { show } from "../show";
import type { Fields, NodeEntry } from "./fields";
import type { Report } from "./report";

/** Checks directives and their values, of the deployment or of one node. */
export function checkSettings(path: string, settings: Fields["settings"] = {}, report: Report): void {
    for (const [name, value] of Object.entries(settings)) report(below(path, name), settingProblem(name, value));
}

const bytes = (size: unknown): number | undefined =>
    typeof size === "string" || typeof size === "number" ? parseMemory(String(size)) : undefined;

/** Checks that the memory limit of the containers leaves room for what each server may hold. */
export function checkMemory({ memory, settings }: Fields, nodes: readonly NodeEntry[], report: Report): void {
    const limit = bytes(memory);
    const own = nodes.map(({ path, fields }) => ({
        path: `${path}.settings.maxmemory`,
        settings: fields.settings,
    }));
    for (const { path, settings: declared } of [{ path: "settings.maxmemory", settings }, ...own]) {
        const most = bytes(declared?.maxmemory);
        if (limit === undefined || most === undefined || most < limit) continue;
        report(path, `Must be below the containers' \`memory\`, ${show(memory)}: Redis needs room beside its data`);
    }
}
