import type { Fault } from "../actions";
import { search } from "./campaign";

/** Tries sequences in a process of their own: seed, first number, count, and faults if not all; prints what was found. */
const [seed, from, count, ...faults] = process.argv.slice(2);
const kinds = faults.length > 0 ? (faults as Fault["kind"][]) : undefined;
void search(Number(seed), Number(from), Number(count), kinds).then((found) => {
    if (found) console.log(JSON.stringify(found));
});
