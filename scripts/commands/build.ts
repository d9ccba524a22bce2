import type { Command } from "../cli/options";
import { buildPackage, buildPolicies } from "../package/build";

export const command: Command = {
    name: "build",
    summary: "Builds what `npm pack` packs: the component and the policy pack for programs elsewhere.",
    options: [],
    takes: "",
};

/** `npm run build`: what `npm pack` packs. */
export async function main(): Promise<number> {
    await buildPackage();
    await buildPolicies();
    return 0;
}
