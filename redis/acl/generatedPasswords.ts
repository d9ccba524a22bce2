import { type Passwords, withFormer, withPrevious } from "./passwords";

/** A generated password as the stack's state keeps it. */
export interface Generated {
    password: string;
    /** The one before, which is taken beside it. */
    previous?: string;
    /** The one before, which has ended. A server that was away when it ended may know no other. */
    former?: string;
}

/** What the state keeps: the password itself, or JSON once it was changed. No generated password looks like JSON. */
export function parseGenerated(text: string): Generated {
    return text.startsWith("{") ? JSON.parse(text) : { password: text };
}

export function renderGenerated(generated: Generated): string {
    const { previous, former } = generated;
    return previous === undefined && former === undefined ? generated.password : JSON.stringify(generated);
}

/** A new password beside the present one; what is there, while an earlier change has not ended. */
export function begun(known: Generated, generate: () => string): Generated {
    return known.previous === undefined ? { password: generate(), previous: known.password } : known;
}

/** The present password alone. */
export function ended({ password, previous, former }: Generated): Generated {
    const last = previous ?? former;
    return { password, ...(last === undefined ? {} : { former: last }) };
}

/** All passwords of a deployment, with those that are taken beside them, and those that a server may still have. */
export function combined(byUser: Record<string, Generated>, given: Passwords = {}): Passwords {
    const of = (field: keyof Generated): Passwords =>
        Object.fromEntries(
            Object.entries(byUser).flatMap(([user, one]) => {
                const password = one[field];
                return password === undefined ? [] : [[user, password]];
            }),
        );
    return withFormer(withPrevious(of("password"), { ...of("previous"), ...given }), of("former"));
}
