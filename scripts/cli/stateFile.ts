import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Export } from "../repair/state";

/** The form of a stack's file that is known here. */
const known = 3;

/**
 * A stack's state as its file in a file backend has it, secrets encrypted: the same that the CLI exports, which takes longer to
 * start than most commands take by themselves. Undefined where there is no such file, or one of another form: the CLI knows then.
 */
export function stateFile(folder: string, project: string, stack: string): Export | undefined {
    try {
        const path = join(folder, ".pulumi", "stacks", project, `${stack.split("/").at(-1)}.json`);
        // It is just being written then, and the CLI is asked until it is whole.
        if (statSync(`${path}.attrs`, { throwIfNoEntry: false })?.size === 0) return undefined;
        const { version, checkpoint } = JSON.parse(readFileSync(path, "utf8"));
        if (version !== known || !checkpoint?.latest) return undefined;
        return { version, deployment: checkpoint.latest };
    } catch {
        return undefined;
    }
}

/** Whether a file backend certainly has no such stack: its files are ordered as it is known here, and none has this name. */
export function isAbsent(folder: string, project: string, stack: string): boolean {
    const pulumi = join(folder, ".pulumi");
    try {
        if (!/^version: 1$/m.test(readFileSync(join(pulumi, "meta.yaml"), "utf8"))) return false;
        const stacks = join(pulumi, "stacks", project);
        const name = `${stack.split("/").at(-1)}.`;
        return !existsSync(stacks) || !readdirSync(stacks).some((file) => file.startsWith(name));
    } catch {
        return false;
    }
}
