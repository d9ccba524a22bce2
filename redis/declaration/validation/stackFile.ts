import { configurationKeys, otherKeys } from "../configuration";
import { suggestion } from "../nearest";
import { isObject } from "../object";
import { below } from "../path";
import type { Problem } from "../problem";
import { show } from "../show";
import { collect, type Report } from "./report";

/** What Pulumi reads in a stack file. Everything else it passes over. */
const fileKeys = ["config", "environment", "encryptionsalt", "encryptedkey", "secretsprovider"];

/** Whose configuration may stand beside the project's own: Pulumi's, and that of the plugins in use. */
const otherNamespaces = ["pulumi", "docker", "command"];

/** Keys for which an empty text is as good as none: Pulumi.yaml has it as their default. */
const mayBeEmpty = ["network", "subnet", "memory", "timezone"];

/**
 * What is wrong with a stack file that its program cannot see: keys that nobody reads, keys without a value, which Pulumi
 * hands over as empty texts, and passwords that are not encrypted. Takes anything.
 * @param file the parsed YAML
 * @param stack the stack's name
 */
export function stackFileProblems(file: unknown, project: string, stack: string): Problem[] {
    const { problems, report } = collect();
    if (!isObject(file)) return problems;
    for (const key of Object.keys(file)) {
        if (fileKeys.includes(key)) continue;
        const hint = suggestion(key, fileKeys) || `; the keys here are ${fileKeys.join(", ")}`;
        report(below("", key), `There is no key ${show(key)} in a stack file, and what is below it is not read${hint}`);
    }
    const { config } = file;
    if (!isObject(config)) return problems;
    const seen = new Set<string>();
    for (const [given, value] of Object.entries(config)) {
        const at = given.indexOf(":");
        const [namespace, key] = at < 0 ? [project, given] : [given.slice(0, at), given.slice(at + 1)];
        if (namespace !== project) {
            if (!otherNamespaces.includes(namespace)) report(given, strangerProblem(namespace, key, project));
            continue;
        }
        if (seen.has(key)) report(key, "Stands twice in the stack file, with and without the project's name in front");
        seen.add(key);
        if (value === null || (value === "" && !mayBeEmpty.includes(key)))
            report(key, "Has no value: leave the key out, or write one");
        if (key === "passwords" || key === "previous") checkEncrypted(key, value, stack, report);
    }
    return problems;
}

function strangerProblem(namespace: string, key: string, project: string): string {
    const isOurs = [...configurationKeys, ...otherKeys].includes(key);
    const meant = isOurs ? `; did you mean ${project}:${key}?` : suggestion(namespace, [project, ...otherNamespaces]);
    return `Nobody reads the configuration of ${show(namespace)}${meant || `; the keys here begin with ${project}:`}`;
}

/** A password in clear is read by whoever reads the file, and stays in its history. */
function checkEncrypted(key: string, passwords: unknown, stack: string, report: Report): void {
    if (!isObject(passwords) || isEncrypted(passwords)) {
        if (typeof passwords === "string") report(key, inClear(`${key}.default`, stack));
        return;
    }
    for (const [user, password] of Object.entries(passwords)) {
        const path = below(key, user);
        if (password !== null && !isEncrypted(password)) report(path, inClear(path, stack));
    }
}

function inClear(path: string, stack: string): string {
    const command = `npm run pulumi -- config set --secret --path '${`redis:${path}`}' --stack ${stack}`;
    return `Stands in the stack file in clear, for all who read it: take it out, and set a new one with \`${command}\``;
}

const isEncrypted = (value: unknown): boolean =>
    isObject(value) && Object.keys(value).length === 1 && typeof value.secure === "string";
