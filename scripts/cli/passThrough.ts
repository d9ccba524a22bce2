import { existsSync } from "node:fs";
import { parse } from "./arguments";
import { configuration } from "./configuration";
import { leaveOut } from "./leftOut";
import type { Session } from "./session";
import { stackFile } from "./stackFile";

/** Commands that read the stack's configuration, and write a salt into its file when there is none. */
const operations = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "watch", "import"];
/** Those of them that ask the hosts' Engines, and can leave some alone. */
const excluding = operations.slice(0, operations.indexOf("watch"));
const destroying = ["destroy", "down", "dn"];

/** Whether a command is one that a stack may begin with, and that the CLI refuses while there is none. */
export function beginsStack(args: string[]): boolean {
    return ["up", "update", "preview", "pre", "config"].includes(commandOf(args) ?? "");
}

/**
 * The user's own arguments for the CLI, with what this project adds to them: the configuration file to use, and which
 * resources to leave alone because their hosts are declared down.
 */
export async function completed(args: string[], session: Session): Promise<string[]> {
    const withFile = withConfigFile(args, session.configFile);
    const command = commandOf(args);
    const chosen = args.some((arg) => /^(-t|--target|--target-dependents)(=|$)/.test(arg));
    if (chosen || !excluding.includes(command ?? "") || !existsSync(stackFile(session.stack))) return withFile;
    const { declaration, hosts } = configuration(session.stack);
    const left = await leaveOut(session, declaration, hosts);
    // Whose the rest is, and its passwords: for when its host is back.
    const remembered =
        left.length > 0 && destroying.includes(command ?? "") ? ["--exclude=**pulumi:index:Stash::**"] : [];
    return [...withFile, ...left, ...remembered];
}

/**
 * The user's own arguments for the CLI, with the configuration file added where the CLI would write into the tracked
 * one. `pulumi config` is left alone: what it sets belongs into the tracked file. A secret that it sets there brings a
 * salt with it, and from then on that file is used itself.
 */
export function withConfigFile(args: string[], configFile: string | undefined): string[] {
    const command = commandOf(args);
    const chosen = args.some((arg) => arg.startsWith("--config-file"));
    if (!configFile || chosen || !command || !operations.includes(command)) return args;
    const at = args.indexOf(command) + 1;
    return [...args.slice(0, at), `--config-file=${configFile}`, ...args.slice(at)];
}

function commandOf(args: string[]): string | undefined {
    return parse(args).rest.find((arg) => !arg.startsWith("-"));
}
