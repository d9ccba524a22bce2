import { existsSync } from "node:fs";
import { join } from "node:path";

const above = join(__dirname, "..", "..");

/** Where package.json stands: the checkout, or the folder above `dist`. */
export const packageFolder = existsSync(join(above, "package.json")) ? above : join(above, "..");
