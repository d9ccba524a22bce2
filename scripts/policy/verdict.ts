import { duration } from "../setup/progress";

/** What the policies say of one stack file. */
export interface Verdict {
    stack: string;
    /** Whether a mandatory policy is violated, or the stack cannot be previewed. */
    refused: boolean;
    /** Whatever was found, a line each: what is only advice first. */
    findings: string[];
    /** How long it took, in milliseconds. */
    took: number;
}

/** A verdict for people: a summary, and what was found below it. */
export function verdictLines({ stack, refused, findings, took }: Verdict): string[] {
    const advice = findings.length > 0 ? "advice only" : "nothing to say";
    return [
        `${stack}: ${refused ? "refused" : advice} (${duration(took)})`,
        ...findings.flatMap((finding) => finding.split("\n")).map((line) => `  ${line}`),
    ];
}
