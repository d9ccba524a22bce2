import { existsSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Offered } from "../../offline/offered";
import type { Session } from "../cli/session";
import { pulumiHome } from "../setup/paths";
import { pins } from "../setup/pins";
import { temporaryFolder } from "../setup/temporary";

/** Serves the plugins of offline/ in this process where the CLI uses them. Official ones run by themselves, and start fast. */
export async function offerPlugins({ env }: Session): Promise<Offered | undefined> {
    const { docker, command } = pins().plugins;
    if (!docker || !command || !existsSync(join(pulumiHome(env), "plugins", `resource-docker-v${docker}`, "plugin.js")))
        return undefined;
    const folder = temporaryFolder("plugins");
    const offered: Offered = await require("../../offline/offered").offer({ docker, command }, folder);
    return {
        ...offered,
        async close(stop) {
            await offered.close(stop);
            rmSync(folder, { recursive: true, force: true });
        },
    };
}
