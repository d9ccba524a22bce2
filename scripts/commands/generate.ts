import type { Command } from "../cli/options";
import { generate } from "../generate/generated";

export const command: Command = {
    name: "generate",
    summary:
        "Writes what is made from the schema of the declaration: types, Pulumi.yaml, the table of keys, and the schemas for editors and other languages.",
    options: [],
    takes: "",
};

/** `npm run generate`: writes every file that is made from the schema of the declaration. */
export function main(): number {
    for (const path of generate()) console.log(`${path} is written anew`);
    return 0;
}
