import { carryProblem } from "../../settings/quoting";
import type { UserArguments } from "../arguments";
import { suggestion } from "../nearest";
import { isObject } from "../object";
import { ownUsers } from "../ownUsers";
import { below } from "../path";
import type { Problem } from "../problem";
import { show } from "../show";
import type { Fields } from "./fields";
import { checkDistinct, collect, entriesOf, type Report } from "./report";

/**
 * The shortest password that is taken. Redis answers many thousand guesses a second, so that a password is no better than
 * its length; generated ones are longer.
 */
export const shortestPassword = 16;

/** Checks `users` together, and each one's lists of patterns. */
export function checkUsers({ users: declared }: Fields, report: Report): void {
    const users = entriesOf("users", declared);
    if (declared?.length === 0) {
        report("users", "Must name at least one user; leave the key out for the one named default");
    }
    for (const { path, fields } of users) {
        for (const key of ["keys", "channels"] as const) checkEverything(`${path}.${key}`, fields[key], report);
    }
    checkDistinct(
        users.map(({ path, fields: { name } }) => ({ path: `${path}.name`, value: name })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        report,
    );
}

/** Redis refuses a pattern after one that allows everything. */
function checkEverything(path: string, patterns: (string | undefined)[] = [], report: Report): void {
    if (patterns.includes("*") && patterns.length > 1)
        report(path, "* stands for everything; leave the other patterns out");
}

/**
 * Everything wrong with the passwords, which messages never repeat. A password may hold any printable characters, spaces
 * and non-ASCII included: it is stored by its hash, and quoted or percent-encoded where it stands in clear. Control
 * characters are refused: files, environments and terminals change or end at them.
 * @param passwords by user; users that are absent get a generated one
 */
export function validatePasswords(passwords: unknown, users: UserArguments[] | undefined): Problem[] {
    const { problems, report } = collect();
    if (!isObject(passwords)) {
        report("passwords", "Must be passwords by user: { default: ... }");
        return problems;
    }
    // What is wrong with the users themselves is told apart from this.
    const declared = Array.isArray(users) ? users.flatMap((user) => user?.name ?? []) : ["default"];
    const known = [...declared, ...ownUsers];
    for (const [name, password] of Object.entries(passwords)) {
        const path = below("passwords", name);
        if (!known.includes(name)) report(path, `There is no user ${show(name)}${suggestion(name, known)}`);

        report(path, passwordProblem(password));
    }
    return problems;
}

/** Everything wrong with the passwords that are taken beside the present ones. */
export function validatePrevious(
    previous: Record<string, string>,
    passwords: Record<string, string>,
    users: UserArguments[] | undefined,
): Problem[] {
    const { problems, report } = collect();
    for (const [name, password] of Object.entries(previous)) {
        if (password !== undefined && password === passwords[name])
            report(below("previous", name), "Is the present password; name the one before, or take the line away");
    }
    const others = validatePasswords(previous, users);
    return [
        ...problems,
        ...others.map(({ path, message }) => ({ path: path.replace(/^passwords/, "previous"), message })),
    ];
}

function passwordProblem(password: unknown): string | undefined {
    if (typeof password !== "string") return "The password must be a text; put it in quotes";
    if (password === "") return "The password is empty; leave the user out to have one generated";
    const problem = carryProblem(password);
    if (problem) return `The password ${problem}, which cannot be carried`;
    if (/\p{Cc}/u.test(password)) return "The password holds a control character, such as a line break or tab";
    if ([...password].length >= shortestPassword) return undefined;
    return `The password is shorter than ${shortestPassword} characters; leave the user out to have one generated`;
}
