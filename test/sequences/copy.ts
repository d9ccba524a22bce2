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

/**
 * Works in a copy of the tree that has a planted fault.
 * @param needed files and folders that are copied
 */
export async function inCopyWith<T>(
    { file, from, to }: PlantedFault,
    needed: readonly string[],
    work: (folder: string) => Promise<T>,
): Promise<T> {
    const folder = await mkdtemp(join(tmpdir(), "planted-"));
    try {
        await Promise.all(needed.map((path) => cp(join(root, path), join(folder, path), { recursive: true })));
        await symlink(join(root, "node_modules"), join(folder, "node_modules"));
        const text = await readFile(join(folder, file), "utf8");
        if (text.split(from).length !== 2) throw new Error(`${file}: expected once: ${from}`);
        await writeFile(
            join(folder, file),
            text.replace(from, () => to),
        );
        return await work(folder);
    } finally {
        await rm(folder, { recursive: true, force: true });
    }
}
