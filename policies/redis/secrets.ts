/** Where passwords give themselves away by their place. Nothing here returns a password. */

import { UNKNOWN, type Unknown } from "./plain";
import { baseName, shellCommands } from "./shell";

const passwordFlags =
    /^--(?:requirepass|masterauth|primaryauth|pass|masterpass|tls-key-file-pass|tls-client-key-file-pass|auth-pass|sentinel-pass)(?:[= ](.*))?$/s;

/** What the shell fills in does not stand in the text. */
function isLiteral(value: string | Unknown | undefined): boolean {
    return value === UNKNOWN || (value !== undefined && value !== "" && !/[$`]/.test(value) && !value.startsWith("--"));
}

/** The flag by which words carry a password; absent when they carry none. */
export function passwordFlag(words: readonly (string | Unknown)[]): string | undefined {
    let client = false;
    for (const [index, word] of words.entries()) {
        if (word === UNKNOWN) {
            continue;
        }
        const next = words[index + 1];
        const match = passwordFlags.exec(word);
        if (match !== null && (isLiteral(match[1]) || (match[1] === undefined && isLiteral(next)))) {
            return word.split(/[= ]/)[0];
        }
        client ||= /^(?:redis|valkey)-(?:cli|benchmark)$/.test(baseName(word));
        if (client && word === "-a" && isLiteral(next)) {
            return "-a";
        }
        if (/^(?:REDISCLI|VALKEYCLI)_AUTH=./.test(word) && isLiteral(word.slice(word.indexOf("=") + 1))) {
            return word.slice(0, word.indexOf("="));
        }
        if (hasPasswordUrl(word)) {
            return "a redis:// URL with a password";
        }
        if (/\s/.test(word)) {
            for (const simple of shellCommands(word)) {
                const inner = simple.length < 2 ? undefined : passwordFlag(simple);
                if (inner !== undefined) {
                    return inner;
                }
            }
        }
    }
    return undefined;
}

/** Whether a text holds a Redis URL with a password in it. */
export function hasPasswordUrl(text: string): boolean {
    return /\b(?:rediss?|valkeys?):\/\/[^\s/@:]*:[^\s/@$]+@/i.test(text);
}

/** Whether a variable or label is, by its name, a password. */
export function namesPassword(name: string): boolean {
    return (
        /(?:^|[_.\-/])(?:pass|passwd|password|auth|requirepass|masterauth|secret|token)$/i.test(name) &&
        !/empty_password/i.test(name)
    );
}

/** Whether the words after `--requirepass` and the like, in one text, hold a password. */
export function textHasPassword(text: string): boolean {
    return passwordFlag(shellCommands(text).flat()) !== undefined || /^\s*(?:requirepass|masterauth)\s+\S/m.test(text);
}
