import { deepStrictEqual, match, ok, strictEqual } from "node:assert/strict";
import { readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Project } from "../e2e/project";

describe("npm run policy", function () {
    this.timeout(300_000);
    let project: Project;

    before(async () => {
        project = await Project.create();
        const kept = ["Pulumi.sentinel.yaml", "Pulumi.star.yaml"];
        for (const file of readdirSync(project.folder)) {
            if (/^Pulumi\..+\.yaml$/.test(file) && !kept.includes(file)) rmSync(join(project.folder, file));
        }
        const mistake = "config:\n  redis:image: redis:8.0\n  redis:nodes:\n    - name: master\n      port: none\n";
        writeFileSync(join(project.folder, "Pulumi.mistaken.yaml"), mistake);
    });
    after(() => project.remove());

    it("says of each stack file what is found, in few lines, and fails where one is refused", async () => {
        const { code, output } = await project.direct("policy");
        strictEqual(code, 1, output);
        const lines = output.split("\n").filter((line) => line !== "");
        const summaries = lines.filter((line) => /^\w+: /.test(line));
        deepStrictEqual(
            summaries.map((line) => line.replace(/ \([\d.]+ s\)$/, "")),
            [
                "mistaken: refused",
                "sentinel: advice only",
                "star: nothing to say",
                "Error: The preview failed or was refused: mistaken. See above.",
            ],
        );
        ok(lines.length <= 10, output);
        match(output, /^ {2}.*nodes\[0\]\.port/m);
        match(output, /^ {2}policy redis-sentinel-hosts \(advisory\)/m);
    });

    it("judges the one that is named, with Pulumi's own lines when these are asked for", async () => {
        const { code, output } = await project.direct("policy", "--stack", "star", "--verbose");
        strictEqual(code, 0, output);
        match(output, /docker:index:Container/);
        match(output, /^star: nothing to say/m);
        match(output, /^No mandatory policy is violated: star$/m);
    });
});
