import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../setup/paths";

/** Top-level keys that say how a stack file's secrets are encrypted. */
const encryption = /^(encryptionsalt|encryptedkey|secretsprovider):.*$/gm;

/** A stack's file in the checkout. */
export function stackFile(stack: string): string {
    return join(root, `Pulumi.${stack}.yaml`);
}

/** Whether a stack file says itself how its secrets are encrypted. */
export function hasEncryption(text: string): boolean {
    return text.search(encryption) >= 0;
}

/** The text of the copy: the tracked file's, with the way of encryption that the copy has had so far. */
export function copyOf(tracked: string, before: string): string {
    const kept = before.match(encryption) ?? [];
    return [...kept, tracked].join("\n");
}

/**
 * A Pulumi project of the same name outside the checkout, for work on a stack whose tracked file says nothing about
 * encryption: the CLI writes its salt into the stack file, and the tracked one stays as it is. Returns its folder;
 * undefined when the tracked file is to be used itself.
 */
export function untracked(stack: string, folder: string): string | undefined {
    const tracked = stackFile(stack);
    const text = existsSync(tracked) ? readFileSync(tracked, "utf8") : "";
    if (hasEncryption(text)) return undefined;
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    copyFileSync(join(root, "Pulumi.yaml"), join(folder, "Pulumi.yaml"));
    const copy = join(folder, `Pulumi.${stack}.yaml`);
    const before = existsSync(copy) ? readFileSync(copy, "utf8") : "";
    const now = copyOf(text, before);
    if (now !== before) writeFileSync(copy, now, { mode: 0o600 });
    return folder;
}
