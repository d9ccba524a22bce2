import { text } from "node:stream/consumers";
import type { Passwords } from "../redis/acl/passwords";
import type { Model } from "../redis/model/model";
import { report } from "./report";

/**
 * Runs what a stack's Command starts. Standard input: the model as JSON. Environment: `PASSWORDS`, a JSON object of
 * passwords by user. Progress goes to standard error, what was done to standard output.
 */
export async function run(
    work: (model: Model, passwords: Passwords, say: (line: string) => void) => Promise<unknown>,
): Promise<void> {
    try {
        const model = JSON.parse(await text(process.stdin)) as Model;
        const passwords = JSON.parse(process.env.PASSWORDS ?? "{}") as Passwords;
        const done = await work(model, passwords, (line) => console.error(line));
        console.log(JSON.stringify(done));
    } catch (error) {
        const text = (error as Error).message;
        // The engine shows all that stands here, behind the command's line: `npm run up` says it once, at its end.
        console.error(report({ kind: "failure", text }) ? `failed; npm run up says why at its end` : text);
        process.exitCode = 1;
    }
}
