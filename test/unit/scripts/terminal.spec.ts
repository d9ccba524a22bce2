import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { Bars, barOf } from "../../../scripts/setup/bar";
import { paint } from "../../../scripts/setup/paint";
import { root } from "../../../scripts/setup/paths";
import { fitted } from "../../../scripts/setup/terminal";

// biome-ignore lint/suspicious/noControlCharactersInRegex: what colours are made of.
const plain = (text: string) => text.replace(/\u001b\[\d+m/g, "");

describe("what a terminal shows", () => {
    const lines = [
        "The plan for the stack dev:",
        "  replica1, replica2: new configuration files",
        "  replica3: leaves; its container and its data volume, with 1204 keys, are deleted",
        "  master: replaced (0.4 s)",
        "  a write on the master was read on replica1",
        "warning: local: vm.overcommit_memory is 0",
        "Error: npm run up has no option --yess",
        "Nothing to change: 3 servers as declared (2.1 s).",
        "",
    ];

    it("says the same with colours and without", () => {
        for (const line of lines) {
            assert.equal(paint(line, false), line);
            assert.equal(plain(paint(line, true)), line);
        }
        assert.equal(new Set(lines.map((line) => paint(line, true) === line)).size, 2);
    });

    it("fits its width, with what follows further to the right; a file has none", () => {
        const line = `  replica1: ${"word ".repeat(30).trim()}`;
        const fit = fitted(line, 60).split("\n");
        assert.ok(fit.length > 2 && fit.every((each) => each.length <= 60), fit.join("\n"));
        assert.match(fit[0] ?? "", /^ {2}replica1: word/);
        for (const each of fit.slice(1)) assert.match(each, /^ {4}word/);
        assert.equal(fit.map((each) => each.trim()).join(" "), line.trim());
        assert.equal(fitted(line, undefined), line);
    });

    it("shows in place what is on its way to an end, and prints its end", () => {
        const line = "shard1: 120 of 480 slots moved to shard4, 3000 keys/s";
        assert.equal(barOf(line)?.text, "shard1: █████░░░░░░░░░░░░░░░ 120 of 480 slots moved to shard4, 3000 keys/s");
        assert.equal(barOf("a: set maxmemory 1 -> 2"), undefined);
        const bars = new Bars(true);
        assert.deepEqual(bars.after([line, "other"]), ["other"]);
        assert.equal(bars.texts.length, 1);
        const last = "shard1: 480 of 480 slots moved to shard4, 3000 keys/s";
        assert.deepEqual(bars.after([last]), [last]);
        assert.deepEqual(bars.texts, []);
        assert.deepEqual(new Bars(false).after([line]), [line]);
    });

    it("may be closed while a command runs: what is printed then is no exception, as which it would be printed again", async () => {
        const program = [
            // As Pulumi's SDK has it while a program runs; that prints each.
            'process.on("uncaughtException", () => process.reallyExit(9));',
            "process.exit = () => undefined;",
            `void require(${JSON.stringify(join(root, "scripts", "main"))}).start(["up", "--help"]);`,
            'process.stdin.once("data", () => {',
            '    setInterval(() => console.error("still at work"), 20);',
            "    setTimeout(() => process.reallyExit(7), 500);",
            "});",
        ];
        const command = spawn(process.execPath, ["--require=tsx/cjs", "--eval", program.join("\n")]);
        command.stderr.destroy();
        command.stdin.write("go on");
        const [code] = await once(command, "exit");
        assert.equal(code, 7);
    });
});
