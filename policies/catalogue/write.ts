/** `npx tsx policies/catalogue/write.ts` brings README.md up to date. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { policies } from "../index";
import { withCatalogue } from "./catalogue";

const path = join(__dirname, "..", "README.md");
writeFileSync(path, withCatalogue(readFileSync(path, "utf8"), policies));
