import type { Program } from "./inline";
import { logNothingForDebugging } from "./sdk";

/**
 * The program of index.ts. Loading takes about as long as the CLI needs to get policies and plugins ready, so that it is
 * loaded meanwhile and not when the CLI asks for it.
 */
export const program: Program = {
    load() {
        logNothingForDebugging();
        return require("../../index.ts");
    },
};
