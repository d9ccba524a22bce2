import type { Asked } from "./apart";
import { firstFailing, search } from "./campaign";

/** Tries sequences in a process of their own; prints what was found. */
const { smallest, ...campaign }: Asked = JSON.parse(process.argv[2] ?? "");
const found = smallest ? search(campaign) : firstFailing(campaign);
void Promise.resolve(found).then((one) => {
    if (one) console.log(JSON.stringify(one));
});
