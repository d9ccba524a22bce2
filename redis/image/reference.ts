import { show } from "../declaration/show";

const domain =
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*|\[[0-9a-f:]+\])(?::\d{1,5})?$/i;
const part = /^[a-z0-9]+(?:(?:\.|_|__|-+)[a-z0-9]+)*$/;
const tag = /^\w[\w.-]{0,127}$/;
const digest = /^sha256:[0-9a-f]{64}$|^sha512:[0-9a-f]{128}$/;

/** The longest name that a registry takes, without tag and digest. */
const longestName = 255;

/**
 * Why Docker would take a text for no image's name, or undefined. The grammar is that of `distribution/reference`: a
 * registry if the first part looks like one, parts in lower case, a tag, a digest.
 */
export function referenceProblem(text: string): string | undefined {
    const [rest = "", ...digests] = text.split("@");
    if (digests.length > 1 || (digests.length === 1 && !digest.test(digests[0] ?? ""))) {
        return `${show(text)} has no whole digest behind @: that is sha256: and 64 digits from 0 to f; \`docker images --digests\` shows it, or leave it out`;
    }
    // A colon before the last slash belongs to the registry's port.
    const at = rest.indexOf(":", rest.lastIndexOf("/") + 1);
    const [name, label] = at < 0 ? [rest, undefined] : [rest.slice(0, at), rest.slice(at + 1)];
    if (label !== undefined && !tag.test(label)) {
        return `${show(text)} has no tag behind its colon: letters, digits, dots and hyphens such as 8.0.2`;
    }
    const parts = name.split("/");
    const hasRegistry = parts.length > 1 && /[.:[]|^localhost$/.test(parts[0] ?? "");
    const path = hasRegistry ? parts.slice(1) : parts;
    const isWhole = path.every((one) => part.test(one)) && (!hasRegistry || domain.test(parts[0] ?? ""));
    if (isWhole && name.length <= longestName) return undefined;
    const lower = text.toLowerCase();
    if (lower !== text && referenceProblem(lower) === undefined) {
        return `${show(text)} has capital letters, which no image's name has; write ${lower}`;
    }
    return `${show(text)} is no image's name; one looks like redis:8.0.2 or registry.example:5000/redis:8.0.2`;
}
