import type { Program } from "./inline";

/**
 * The program of index.ts. Loading takes about as long as the CLI needs to get policies and plugins ready, so that it is
 * loaded meanwhile and not when the CLI asks for it.
 */
export const program: Program = {
    load() {
        // Every resource whole, three times, for a log that nobody reads, with secrets in clear.
        require("@pulumi/pulumi/log").debug = async () => undefined;
        return require("../../index.ts");
    },
};
