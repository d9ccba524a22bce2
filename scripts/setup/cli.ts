import { compiled } from "./compiled";
import { downloaded } from "./downloaded";
import type { Cli } from "./foundCli";
import { installed } from "./installed";
import { pulumiHome } from "./paths";
import { hasPlugins } from "./plugins";

/**
 * The CLI to use, with the plugins that the program needs: the user's own, else the pinned one downloaded by npm's
 * `pulumi` package, else, where neither can be had, the pinned one compiled from its Go modules.
 */
export async function cli(env: NodeJS.ProcessEnv = process.env): Promise<Cli> {
    const home = { PULUMI_HOME: pulumiHome(env) };
    for (const find of [installed, downloaded]) {
        const found = await find({ ...env, ...home });
        // The CLI by itself takes the folder from the user database, whatever HOME says.
        if (found && (await hasPlugins(found, { ...env, ...home })))
            return { ...found, env: { ...home, ...found.env } };
    }
    return compiled(env);
}
