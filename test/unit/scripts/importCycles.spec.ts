import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { importCycles } from "../../../scripts/cli/importCycles";

describe("Files that import each other in a circle", () => {
    let folder: string;

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "cycles-"));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    const write = (files: Record<string, string>) => {
        for (const [path, text] of Object.entries(files)) {
            mkdirSync(dirname(join(folder, path)), { recursive: true });
            writeFileSync(join(folder, path), text);
        }
    };

    it("are found, also where they import types only, or each other by a folder", () => {
        write({
            "a.ts": 'import type { B } from "./below";\nexport type A = B;\n',
            "below/index.ts": 'export { C as B } from "./c";\n',
            "below/c.ts": 'export type C = import("../a").A;\n',
            "alone.ts": 'import type { A } from "./a";\nimport { join } from "node:path";\nexport { join, type A };\n',
        });
        assert.deepEqual(importCycles(folder), [["a.ts", "below/c.ts", "below/index.ts"]]);
    });

    it("are none where imports go one way, or are words in a text", () => {
        write({
            "a.ts": 'import { b } from "./b";\nexport const a = b;\n',
            "b.ts": "export const b = 'import { a } from \"./a\"';\n",
            "node_modules/c.ts": 'import "./c";\n',
        });
        assert.deepEqual(importCycles(folder), []);
    });
});
