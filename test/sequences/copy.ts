import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

/** A fault that is put into a copy of the product's text: sequences have to find it, or they prove nothing. */
export interface PlantedFault {
    name: string;
    file: string;
    from: string;
    to: string;
}

/** The text of the file with the fault. */
export function planted({ file, from, to }: PlantedFault, text: string): string {
    if (text.split(from).length !== 2) throw new Error(`${file}: expected once: ${from}`);
    return text.replace(from, () => to);
}

/**
 * Works in a copy of the tree that has a planted fault.
 * @param needed files and folders that are copied
 */
export async function inCopyWith<T>(
    fault: PlantedFault,
    needed: readonly string[],
    work: (folder: string) => Promise<T>,
): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "planted-"));
    try {
        await Promise.all(needed.map((path) => cp(join(root, path), join(folder, path), { recursive: true })));
        await symlink(join(root, "node_modules"), join(folder, "node_modules"));
        const path = join(folder, fault.file);
        await writeFile(path, planted(fault, await readFile(path, "utf8")));
        return await work(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
