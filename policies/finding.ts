/** One thing wrong with a node. */
export interface Finding {
    /** What it is about, as the user writes it: a property, a directive, a variable. Never a password. */
    readonly setting: string;
    /** What is wrong, in one sentence without a full stop. */
    readonly problem: string;
    /** What to write instead, in one sentence without a full stop. */
    readonly fix: string;
}

/** A finding with its node, for policies that see the whole stack. */
export interface NodeFinding extends Finding {
    readonly node: { readonly name: string; readonly urn: string };
}

/** A finding as a user sees it. */
export function wording(name: string, { setting, problem, fix }: Finding): string {
    return `${name}: ${setting}: ${problem}. ${fix}.`;
}
