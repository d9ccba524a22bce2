import { createInterface } from "node:readline/promises";

/** Whether somebody is there who can answer. */
export function canAsk(): boolean {
    return !!process.stdin.isTTY && !!process.stderr.isTTY;
}

/** Asks at the terminal, and returns the answer. Ctrl-C and the end of the input are an answer without a word. */
export async function ask(question: string): Promise<string> {
    const asked = createInterface({ input: process.stdin, output: process.stderr });
    try {
        return await new Promise((resolve) => {
            asked.once("close", () => resolve(""));
            asked.once("SIGINT", () => asked.close());
            void asked.question(question).then((answer) => resolve(answer.trim()));
        });
    } finally {
        asked.close();
    }
}
