import { buildPackage } from "../package/build";

/** `npm run build`: what `npm pack` packs. */
export async function main(): Promise<number> {
    await buildPackage();
    return 0;
}
