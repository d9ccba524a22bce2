import { isIP } from "node:net";
import { commandsProblem, patternProblem } from "../../acl/rules";
import { referenceProblem } from "../../image/reference";
import { carryProblem } from "../../settings/quoting";
import { parseMemory } from "../../settings/sizes";
import { ownUsers } from "../ownUsers";
import { show } from "../show";

/** What may be wrong with a text of a declaration, of whatever type it is given. */

/**
 * Why Docker or DNS would refuse a name: it becomes part of the names of containers and volumes, and the name of a server
 * on its network.
 */
export function nameProblem(value: unknown): string | undefined {
    if (value === undefined || value === "") return "A name is missing; letters, digits and hyphens would do";
    if (typeof value !== "string") return `Must be a text, not ${show(value)}`;
    if (value.length > 63) return `${show(value)} is longer than 63 characters, the most that DNS carries`;
    if (!/^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/i.test(value)) {
        return `${show(value)} may hold only letters, digits and hyphens, and no hyphen at either end`;
    }
    // Resolvers read such names as IPv4 addresses.
    if (/^(\d+|0x[0-9a-f]*)$/i.test(value)) return `${show(value)} would be read as an address; add a letter`;
    if (value.toLowerCase() === "localhost") return `${show(value)} means every server to itself; choose another name`;
    return undefined;
}

export function imageProblem(image: unknown): string | undefined {
    if (image === undefined || image === "") return "Is missing; redis:8.0 would do, better with a digest";
    if (typeof image !== "string") return `Must be a text, not ${show(image)}`;
    if (/[\s\p{Cc}]/u.test(image)) return `${show(image)} holds a space; an image looks like redis:8.0`;
    return referenceProblem(image);
}

/** What is wrong with a Docker endpoint. */
export function endpointProblem(value: unknown): string | undefined {
    const form = "unix:///path, tcp://address:port or ssh://user@address";
    if (typeof value !== "string") return `Must be a Docker endpoint such as ${form}, not ${show(value)}`;
    if (/^\w+:\/\/[^/@]*:[^/@]*@/.test(value)) return "Must hold no password; ssh takes keys, tcp certificates";
    if (!/^(unix:\/\/\/[^\s]+|(tcp|ssh):\/\/[^\s/]+\/?)$/.test(value)) {
        return `${show(value)} is no Docker endpoint; it looks like ${form}`;
    }
    return undefined;
}

export function addressProblem(value: unknown): string | undefined {
    if (typeof value !== "string" || !isAddress(value)) {
        return `${show(value)} is neither an IP address nor a host name`;
    }
    if (/^(0\.0\.0\.0|[0:]*::[0:]*)$/.test(value)) {
        return `${show(value)} is no address that others can reach; say the one they use`;
    }
    return undefined;
}

const label = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** An IP address, or a host name whose last label is no number (else it is a misspelt IPv4 address). */
export function isAddress(text: string): boolean {
    if (isIP(text)) return true;
    const labels = text.split(".");
    return text.length <= 253 && labels.every((part) => label.test(part)) && !/^\d+$/.test(labels.at(-1) ?? "");
}

/** The least that Docker gives a container. */
const dockerMinimum = 6 * 1024 ** 2;

export function memoryProblem(value: unknown): string | undefined {
    const limit = typeof value === "string" ? parseMemory(value) : undefined;
    if (limit === undefined) return `Must be a size such as 512mb, not ${show(value)}`;
    return limit < dockerMinimum ? `${show(value)} is less than 6mb, the least that Docker gives` : undefined;
}

/** Images have a file for each time zone, so that its name has to be written as it is. */
export function timeZoneProblem(value: unknown): string | undefined {
    const none = `${show(value)} is no time zone; it looks like Asia/Shanghai or UTC`;
    if (typeof value !== "string" || !/^[A-Z]/i.test(value)) return none;
    try {
        const { timeZone } = new Intl.DateTimeFormat("en", { timeZone: value }).resolvedOptions();
        const isOtherCase = timeZone !== value && timeZone.toLowerCase() === value.toLowerCase();
        return isOtherCase ? `${show(value)} is written ${timeZone}` : undefined;
    } catch {
        return none;
    }
}

/** What may be deleted is named server by server: a word for everything would be one for ever. */
export function copyProblem(value: unknown): string | undefined {
    if (typeof value === "string" && /^[a-z0-9-]+(@[a-z0-9-]+)?:[0-9a-f]{12}$/i.test(value)) return undefined;
    return `${show(value)} is no server; it looks like master:1f0c9a2b3d4e, as the refusal of a change names it`;
}

export function userNameProblem(value: unknown): string | undefined {
    if (value === undefined || value === "")
        return "A name is missing; default is the one that needs no name to sign in";
    if (typeof value !== "string") return `Must be a text, not ${show(value)}`;
    if ((ownUsers as readonly string[]).includes(value)) {
        return `${show(value)} is a user of the deployment's own; choose another name`;
    }
    if (/[\s\p{Cc}]/u.test(value)) {
        return `${show(value)} holds a space or control character, which ACL files cannot carry`;
    }
    const problem = carryProblem(value);
    return problem && `The name ${problem}`;
}

export function keyPatternProblem(value: unknown): string | undefined {
    const problem = typeof value === "string" ? patternProblem(value) : "is no text";
    return problem && `The pattern ${show(value)} ${problem}`;
}

export function rulesProblem(value: unknown): string | undefined {
    if (typeof value !== "string") return `Must be rules such as "+@all -keys", not ${show(value)}`;
    const problem = commandsProblem(value);
    return problem && `The list of rules ${problem}`;
}

/** The name of a node or a host that stands elsewhere in the declaration. */
export const referenceTo =
    (what: "node" | "host") =>
    (value: unknown): string | undefined =>
        typeof value === "string" ? undefined : `Must be the name of a ${what}, not ${show(value)}`;

/** The master's name among Sentinels, which stands in their configuration file without quotes. */
export function watchedNameProblem(value: unknown): string | undefined {
    if (typeof value === "string" && /^[\w.-]{1,100}$/.test(value)) return undefined;
    return `Must be up to 100 letters, digits, dots and hyphens, not ${show(value)}`;
}
