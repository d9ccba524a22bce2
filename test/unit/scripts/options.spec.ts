import assert from "node:assert/strict";
import { type Command, helpOf, read } from "../../../scripts/cli/options";
import { command as down } from "../../../scripts/commands/down";
import { command as plan } from "../../../scripts/commands/plan";
import { command as rotate } from "../../../scripts/commands/rotate";
import { command as status } from "../../../scripts/commands/status";
import { command as up } from "../../../scripts/commands/up";

describe("the options of a command", () => {
    it("are its own, or Pulumi's and passed on in order with their values", () => {
        const args = ["--yes", "--target", "a", "--exclude=**::b", "--expect-no-changes", "-p", "4"];
        const given = read(up, args);
        assert.ok(given.has("--yes"));
        assert.equal(given.has("--delete-data"), false);
        assert.deepEqual(given.passed, args.slice(1));
    });

    const wrong: [Command, string[], RegExp][] = [
        [up, ["--delete-dat"], /npm run up has no option --delete-dat; did you mean --delete-data\?/],
        [up, ["--expect-no-change=true"], /did you mean --expect-no-changes\?/],
        [status, ["--jsn"], /npm run status has no option --jsn; did you mean --json\?/],
        [down, ["now"], /npm run down has no option now; `npm run down -- --help` shows what there is/],
        [rotate, ["--ends"], /npm run rotate has no option --ends; did you mean --end\?/],
        [up, ["--target"], /--target needs a value: --target URN/],
    ];
    for (const [command, args, message] of wrong) {
        it(`that there are none of are refused, with what may be meant: ${args[0]}`, () => {
            assert.throws(() => read(command, args), message);
        });
    }

    it("stand in its help, each on a line, with the stack's name", () => {
        for (const command of [up, down, status, plan, rotate]) {
            const help = helpOf(command);
            for (const { names } of command.options) assert.match(help, new RegExp(`^ {2}${names.join(", ")} `, "m"));
            assert.match(help, /^ {2}--stack, -s NAME /m);
            assert.match(help, /^ {2}--help, -h /m);
        }
    });

    it("keep their texts in a column of their own on a narrow terminal", () => {
        const lines = helpOf(up, 60).split("\n");
        assert.ok(
            lines.every(({ length }) => length <= 60),
            lines.join("\n"),
        );
        const [, left = ""] = /^( {2}--help, -h +)this text$/.exec(lines.at(-1) ?? "") ?? [];
        const further = lines.filter((line) => line.startsWith(" ".repeat(20)));
        assert.ok(further.length > 5);
        for (const line of further) assert.match(line, new RegExp(`^ {${left.length}}\\S`));
    });
});
