import type { Command } from "../cli/options";
import { buildPackage } from "../package/build";

export const command: Command = {
    name: "build",
    summary: "Builds what `npm pack` packs: the component for programs elsewhere.",
    options: [],
    takes: "",
};

/** `npm run build`: what `npm pack` packs. */
export async function main(): Promise<number> {
    await buildPackage();
    return 0;
}
