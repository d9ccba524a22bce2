import { setFlagsFromString } from "node:v8";
import type { Asked } from "./apart";
import { firstFailing, search } from "./campaign";

// V8 optimizes a function once it has run for a while, and again when it then meets objects of another shape. Later is soon
// enough: in a short search that takes half of the time on the processor away.
setFlagsFromString("--interrupt-budget=400000");

/** Tries sequences in a process of their own; prints what was found. */
const { smallest, ...campaign }: Asked = JSON.parse(process.argv[2] ?? "");
const found = smallest ? search(campaign) : firstFailing(campaign);
void Promise.resolve(found).then((one) => {
    if (one) console.log(JSON.stringify(one));
});
