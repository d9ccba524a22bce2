import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { type Command, type Given, read } from "../cli/options";
import { type Prepared, prepare } from "../cli/prepare";
import { comparing, general, verbose } from "../cli/pulumiOptions";
import { create, exported } from "../cli/stack";
import { preview } from "../operation/compared";
import { failed } from "../operation/failed";
import { loadAhead } from "../operation/operate";
import { planLines, tellPlan } from "../operation/plan";
import { program } from "../operation/program";
import { recorded } from "../repair/state";
import { duration } from "../setup/progress";
import { print, say } from "../setup/terminal";

export const command: Command = {
    name: "plan",
    summary:
        "What `npm run up` would do, in the order in which it would happen. Ends with 0 when that is nothing, with 2 when it is something, with 1 on an error.",
    options: [
        { names: ["--json"], help: "for machines: stack, changes (whether there are any), plan, warnings, errors" },
        verbose,
        ...general,
        ...comparing,
    ],
};

/** Exit codes, as other tools that plan have them. */
const something = 2;

/** `npm run plan`: what an update would do, and nothing done. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const given = read(command, rest);
    const session = await prepare(stack);
    loadAhead(program);
    return alone(session, () => show(session, given));
}

async function show(session: Prepared, given: Given): Promise<number> {
    const state = await exported(session);
    if (!state) await create(session);
    else if (recorded(state).pending > 0)
        say("An update was interrupted: `npm run up` finishes first what it has left.");
    const asJson = given.has("--json");
    const found = await preview(session, given.passed, given.has("--verbose") && !asJson);
    const { code, changes, problems, told } = found;
    if (asJson) {
        const errors = code === 0 ? [] : [...told.failures, ...problems.errors];
        const plan = planLines(session, found);
        const warnings = [...problems.warnings, ...told.refusals.filter((one) => !problems.warnings.includes(one))];
        const shown = { stack: session.stack, changes: code === 0 && !changes.none, plan, warnings, errors };
        console.log(JSON.stringify(shown, undefined, 2));
    } else if (code === 0) {
        tellPlan(session, found, given.has("--verbose"));
        const end = changes.none ? "Nothing to change" : "`npm run up` does this";
        print(`\n${end} (${duration(performance.now())}).`);
        for (const sentence of told.refusals) say(`\nBeware: ${sentence}.`);
    } else say(`\n${failed(session, found, "plan", "npm run plan")}`);
    if (code !== 0) return 1;
    return changes.none ? 0 : something;
}
