import type { Fault, Shape } from "../actions";
import { search } from "./campaign";

/** Tries sequences in a process of their own: seed, first number, count, a shape or "", and faults if not all; prints what was found. */
const [seed, from, count, shape, ...faults] = process.argv.slice(2);
const kinds = faults.length > 0 ? (faults as Fault["kind"][]) : undefined;
void search(Number(seed), Number(from), Number(count), kinds, shape ? (shape as Shape) : undefined).then((found) => {
    if (found) console.log(JSON.stringify(found));
});
