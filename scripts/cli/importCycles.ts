import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import ts from "typescript";

/** What holds code of others, or code that was made. */
const apart = new Set(["node_modules", "dist", ".git"]);

/**
 * Files that import each other in a circle, types included: none of them can be read, or changed, without all others. Each
 * circle is a list of paths below the folder.
 */
export function importCycles(folder: string): string[][] {
    const files = sources(folder);
    const known = new Set(files);
    const imports = new Map(files.map((file) => [file, importsOf(file).filter((one) => known.has(one))]));
    return circles(imports).map((circle) => circle.map((file) => relative(folder, file)).sort());
}

function sources(folder: string): string[] {
    return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const path = join(folder, entry.name);
        if (entry.isDirectory()) return apart.has(entry.name) ? [] : sources(path);
        return entry.name.endsWith(".ts") && !entry.name.endsWith(".d.ts") ? [path] : [];
    });
}

function importsOf(file: string): string[] {
    const { importedFiles } = ts.preProcessFile(readFileSync(file, "utf8"), true, true);
    return importedFiles
        .filter(({ fileName }) => fileName.startsWith("."))
        .flatMap(({ fileName }) => {
            const path = join(dirname(file), fileName);
            return [`${path}.ts`, join(path, "index.ts"), path].find(isFile) ?? [];
        });
}

const isFile = (path: string): boolean => existsSync(path) && statSync(path).isFile();

/** The strongly connected parts with more than one member (Tarjan). */
function circles(edges: ReadonlyMap<string, string[]>): string[][] {
    const found: string[][] = [];
    const order = new Map<string, number>();
    const lowest = new Map<string, number>();
    const open: string[] = [];
    const visit = (one: string): number => {
        const number = order.size;
        order.set(one, number);
        open.push(one);
        let low = number;
        for (const next of edges.get(one) ?? []) {
            if (!order.has(next)) low = Math.min(low, visit(next));
            else if (open.includes(next)) low = Math.min(low, lowest.get(next) ?? order.get(next) ?? low);
        }
        lowest.set(one, low);
        if (low === number) {
            const part = open.splice(open.indexOf(one));
            if (part.length > 1) found.push(part);
        }
        return low;
    };
    for (const one of edges.keys()) if (!order.has(one)) visit(one);
    return found;
}
