import { createColors } from "picocolors";

/** Colours a line for people. Without colours it says the same. */
export function paint(line: string, isColoured: boolean): string {
    if (!isColoured) return line;
    const { bold, cyan, dim, green, red, yellow } = createColors(true);
    const [, indent = "", who = "", what = ""] = /^( *)([\w.@-]+(?:, [\w.@-]+)*): (.*)$/.exec(line) ?? [];
    if (/^ *(warning|Beware)\b/.test(line)) return line.replace(/warning|Beware/, yellow);
    if (/^ *Error\b/.test(line)) return line.replace("Error", (word) => bold(red(word)));
    if (/^ {2}/.test(line) && who) {
        // How long it took stands at the end.
        const [, text = "", time = ""] = /^(.*?)( \(\d[\d.]* (?:s|min [^)]*)\))?$/.exec(what) ?? [];
        return `${indent}${cyan(who)}: ${coloured(text)}${dim(time)}`;
    }
    if (/^(Nothing to change|The stack .* is (up|down)|As declared|Nothing is left)/.test(line)) return green(line);
    if (/^(The plan for|Updating|To connect|Differs|Removing)\b.*:$/.test(line)) return bold(line);
    return line;

    function coloured(text: string): string {
        if (
            /^(leaves|its data volume is replaced|remove|data volume deleted|container removed|network removed)/.test(
                text,
            )
        )
            return red(text);
        if (/^(replaced|its container is changed|make its network anew)/.test(text)) return yellow(text);
        if (/^(new|created|make its network)/.test(text)) return green(text);
        return text;
    }
}
