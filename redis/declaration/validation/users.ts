import { commandsProblem, patternProblem } from "../../acl/rules";
import { carryProblem } from "../../settings/quoting";
import { ownUsers, type Problem, type UserArguments } from "../arguments";
import { suggestion } from "../nearest";
import { below, checkDistinct, checkKeys, checkList, collect, isFields, type Report, show } from "./report";

/**
 * The shortest password that is taken. Redis answers many thousand guesses a second, so that a password is no better than
 * its length; generated ones are longer.
 */
export const shortestPassword = 16;

const isReserved = (name: unknown): boolean => (ownUsers as readonly unknown[]).includes(name);

/** Checks `users`. */
export function checkUsers(value: unknown, report: Report): void {
    const users = checkList("users", value, "users", report);
    if (Array.isArray(value) && value.length === 0) {
        report("users", "Must name at least one user; leave the key out for the one named default");
    }
    for (const { path, fields } of users) {
        checkKeys(path, fields, ["name", "keys", "channels", "commands"], report);
        report(`${path}.name`, userNameProblem(fields.name));
        checkPatterns(`${path}.keys`, fields.keys, report);
        checkPatterns(`${path}.channels`, fields.channels, report);
        report(`${path}.commands`, rulesProblem(fields.commands));
    }
    checkDistinct(
        users.map(({ path, fields: { name } }) => ({
            path: `${path}.name`,
            value: typeof name === "string" ? name : undefined,
        })),
        (name, earlier) => `${show(name)} is already ${earlier}; names must differ`,
        report,
    );
}

function userNameProblem(name: unknown): string | undefined {
    if (name === undefined || name === "") return "A name is missing; default is the one that needs no name to sign in";
    if (typeof name !== "string") return `Must be a text, not ${show(name)}`;
    if (isReserved(name)) return `${show(name)} is a user of the deployment's own; choose another name`;
    if (/[\s\p{Cc}]/u.test(name)) {
        return `${show(name)} holds a space or control character, which ACL files cannot carry`;
    }
    const problem = carryProblem(name);
    return problem && `The name ${problem}`;
}

function checkPatterns(path: string, value: unknown, report: Report): void {
    if (value === undefined) return;
    if (!Array.isArray(value)) {
        report(path, `Must be a list of patterns such as ["*"], not ${show(value)}`);
        return;
    }
    for (const [index, pattern] of Array.from(value, (element: unknown) => element).entries()) {
        const problem = typeof pattern === "string" ? patternProblem(pattern) : "is no text";
        report(`${path}[${index}]`, problem && `The pattern ${show(pattern)} ${problem}`);
    }
    // Redis refuses a pattern after one that allows everything.
    if (value.includes("*") && value.length > 1) report(path, "* stands for everything; leave the other patterns out");
}

function rulesProblem(value: unknown): string | undefined {
    if (value === undefined) return undefined;
    if (typeof value !== "string") return `Must be rules such as "+@all -keys", not ${show(value)}`;
    const problem = commandsProblem(value);
    return problem && `The list of rules ${problem}`;
}

/**
 * Everything wrong with the passwords, which messages never repeat. A password may hold any printable characters, spaces
 * and non-ASCII included: it is stored by its hash, and quoted or percent-encoded where it stands in clear. Control
 * characters are refused: files, environments and terminals change or end at them.
 * @param passwords by user; users that are absent get a generated one
 */
export function validatePasswords(passwords: unknown, users: UserArguments[] | undefined): Problem[] {
    const { problems, report } = collect();
    if (!isFields(passwords)) {
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
