import { quote } from "../../settings/quoting";

/** The text of a redis.conf: one line per list of arguments, the first of which is the directive. */
export function renderRedisConf(lines: readonly string[][]): string {
    return lines.map((line) => `${line.map(quote).join(" ")}\n`).join("");
}
