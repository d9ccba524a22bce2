/**
 * Splits shell text into simple commands, well enough to find which server a wrapper starts and with what. Not a shell:
 * expansions are left as they stand.
 */

/** The words of each simple command, in order: `a && b "c d"` gives [["a"], ["b", "c d"]]. */
export function shellCommands(text: string): string[][] {
    const commands: string[][] = [];
    let words: string[] = [];
    let word: string | undefined;
    let quote: string | undefined;
    const endWord = (): void => {
        if (word !== undefined) {
            words.push(word);
            word = undefined;
        }
    };
    const endCommand = (): void => {
        endWord();
        if (words.length > 0) {
            commands.push(words);
            words = [];
        }
    };
    for (let index = 0; index < text.length; index++) {
        const character = text.charAt(index);
        if (quote !== undefined) {
            if (character === quote) {
                quote = undefined;
            } else if (character === "\\" && quote === '"' && /["\\$`]/.test(text.charAt(index + 1))) {
                word = (word ?? "") + text.charAt(++index);
            } else {
                word = (word ?? "") + character;
            }
        } else if (character === "'" || character === '"') {
            quote = character;
            word ??= "";
        } else if (character === "\\") {
            index++;
            if (text.charAt(index) !== "\n") {
                word = (word ?? "") + text.charAt(index);
            }
        } else if (character === "#" && word === undefined) {
            while (index + 1 < text.length && text.charAt(index + 1) !== "\n") {
                index++;
            }
        } else if (
            ";&|()\n{}`".includes(character) &&
            !(character === "{" && word?.endsWith("$")) &&
            !isBrace(word, character)
        ) {
            endCommand();
        } else if (/\s/.test(character)) {
            endWord();
        } else {
            word = (word ?? "") + character;
        }
    }
    endCommand();
    return commands;
}

/** Inside `${name}` a closing brace belongs to the word. */
function isBrace(word: string | undefined, character: string): boolean {
    return (
        character === "}" &&
        word !== undefined &&
        word.includes("${") &&
        !word.slice(word.lastIndexOf("${")).includes("}")
    );
}

const shells = new Set(["sh", "bash", "ash", "dash", "zsh", "busybox"]);

/** The last part of a path. */
export function baseName(path: string): string {
    return path.split("/").at(-1) ?? path;
}

/** Whether a program is a shell. */
export function isShell(program: string): boolean {
    return shells.has(baseName(program));
}
