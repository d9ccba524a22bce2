/** Escapes that `sdssplitargs` of Redis reads inside double quotes. */
const escapes: Record<string, string> = {
    "\\": "\\\\",
    '"': '\\"',
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\x07": "\\a",
    "\b": "\\b",
};

/**
 * Why a text cannot stand in a configuration file, or undefined when it can. Everything but two things can: NUL, at
 * which Redis's C strings end, and half a surrogate pair, which UTF-8 has no bytes for.
 */
export function carryProblem(text: string): string | undefined {
    if (text.includes("\0")) return "holds a NUL character";
    if (/\p{Surrogate}/u.test(text)) return "holds half a Unicode surrogate pair";
    return undefined;
}

/**
 * One argument of a redis.conf line, quoted where it has to be, so that Redis reads back exactly the given text.
 * @throws when the text cannot be carried (`carryProblem`).
 */
export function quote(argument: string): string {
    const problem = carryProblem(argument);
    if (problem) throw new RangeError(`an argument of a configuration line ${problem}`);
    if (/^[\w.:/@%+*-]+$/.test(argument)) return argument;
    const escaped = argument.replace(/[\\"\p{Cc}]/gu, (character) => {
        const code = character.charCodeAt(0);
        // Redis takes bytes above 127 as they are, so that C1 controls need no escape (and `\x` would be one byte).
        if (code > 0x7f) return character;
        return escapes[character] ?? `\\x${code.toString(16).padStart(2, "0")}`;
    });
    return `"${escaped}"`;
}
