import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { commandsPage, helps, screen } from "../../../bench/support/commandsPage";
import { root } from "../../../scripts/setup/paths";

describe("the page with what the commands print", () => {
    it("has the help of each as it is: `npm run bench -- recordings help` writes it anew", () => {
        const page = readFileSync(join(root, "docs", "commands.md"), "utf8");
        for (const help of helps) assert.ok(page.includes(`\`\`\`\n${help}\n\`\`\``), help);
    });

    it("has what is left on a screen, and apart from it what was shown in place", () => {
        const hidden = "\u001b[?25l";
        const up = "\u001b[2K\u001b[1A\u001b[2K\u001b[G";
        const output = `first\r\n${hidden}  ⠋ at work (_ s)\r\n${hidden}${up}  ⠙ at work (_ s)\r\n${up}\u001b[32mdone\u001b[39m\r\n\u001b[?25h`;
        assert.deepEqual(screen(output), { printed: ["first", "done"], inPlace: ["  at work (_ s)"] });
    });

    it("has no time, port or name of a run, and says how a command ended", () => {
        const output = "The stack e2e-1 has a server on 127.0.0.1:20100 (12.3 s).\nDocker 20.10.24+dfsg1, x";
        const recording = { title: "It", isTerminal: false, name: "plan", args: ["--json"], code: 2, output };
        const page = commandsPage([{ ...recording, stack: "e2e-1", ports: [20100] }]);
        assert.match(
            page,
            /\$ npm run plan -- --json\nThe stack dev has a server on 127\.0\.0\.1:6379 \(_ s\)\.\nDocker VERSION, x\n\(ends with 2\)/,
        );
    });
});
