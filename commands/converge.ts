/**
 * The program that the stack's `converge` command runs.
 *
 * Standard input: the model as JSON. Environment: `PASSWORDS`, a JSON object of passwords by user. Progress goes to
 * standard error, the receipt of what was applied to standard output.
 */
import { text } from "node:stream/consumers";
import type { Model } from "../redis/model";
import type { Passwords } from "../redis/users";
import { converge } from "./convergence";

async function main(): Promise<void> {
    const model = JSON.parse(await text(process.stdin)) as Model;
    const passwords = JSON.parse(process.env.PASSWORDS ?? "{}") as Passwords;
    const receipt = await converge(model, passwords, (line) => console.error(line));
    console.log(JSON.stringify(receipt));
}

main().catch((error: Error) => {
    console.error(error.message);
    process.exitCode = 1;
});
