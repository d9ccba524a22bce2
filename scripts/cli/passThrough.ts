/** Commands that read the stack's configuration, and write a salt into its file when there is none. */
const operations = ["up", "update", "preview", "pre", "refresh", "destroy", "down", "dn", "watch", "import"];

/**
 * The user's own arguments for the CLI, with the configuration file added where the CLI would write into the tracked
 * one. `pulumi config` is left alone: what it sets belongs into the tracked file. A secret that it sets there brings a
 * salt with it, and from then on that file is used itself.
 */
export function withConfigFile(args: string[], configFile: string | undefined): string[] {
    const command = args.find((arg) => !arg.startsWith("-"));
    const chosen = args.some((arg) => arg.startsWith("--config-file"));
    if (!configFile || chosen || !command || !operations.includes(command)) return args;
    const at = args.indexOf(command) + 1;
    return [...args.slice(0, at), `--config-file=${configFile}`, ...args.slice(at)];
}
