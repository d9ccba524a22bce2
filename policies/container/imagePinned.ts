import type { Finding } from "../finding";
import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { type ImageReference, versionOf } from "../redis/image";
import { UNKNOWN } from "../redis/plain";

interface Parameters {
    require: "tag" | "minor" | "digest";
}

/** An image that changes by itself changes in the middle of the night. */
export const imagePinned = containerPolicy<Parameters>({
    name: "redis-image-pinned",
    description: "The image must be pinned by a version tag or a digest.",
    level: "mandatory",
    severity: "high",
    ...dockerDocumentation("Building best practices", "Pin base image versions"),
    area: "container",
    reason:
        "`redis` and `redis:latest` mean another server on each machine and after each pull: nodes of one deployment come to run " +
        "different versions, and a new major version reads old data once and never goes back.",
    remediation: "Write the version (`redis:8.2`), better with its digest (`redis:8.2.1@sha256:...`).",
    parameters: {
        require: {
            type: "string",
            enum: ["tag", "minor", "digest"],
            default: "tag",
            description:
                "`tag`: a tag that states a version; `minor`: one with at least major and minor version; `digest`: a digest.",
        },
    },
    *check({ reference, image }, parameters) {
        if (reference !== undefined && image !== UNKNOWN) {
            yield* judge(reference, parameters, "image");
        }
    },
    checkImage: (image, parameters) => judge(image, parameters, "name"),
});

function* judge(image: ImageReference, { require }: Parameters, setting: string): Iterable<Finding> {
    // An id or a digest is as exact as can be; an image that only this machine has cannot be pulled anew.
    if (
        image.isId ||
        image.digest !== undefined ||
        (require === "digest" && image.repository.startsWith("localhost/"))
    ) {
        return;
    }
    const written = image.tag === undefined ? image.repository : `${image.repository}:${image.tag}`;
    const version = versionOf(image.tag);
    if (require === "digest") {
        yield {
            setting,
            problem: `\`${written}\` is not pinned by its digest`,
            fix: `Write \`${image.repository}:${image.tag ?? "<version>"}@sha256:<digest>\``,
        };
    } else if (version === undefined) {
        yield {
            setting,
            problem:
                image.tag === undefined
                    ? `\`${written}\` states no version, which means the latest`
                    : `the tag of \`${written}\` states no version`,
            fix: `Write the version, such as \`${image.repository}:8.2\`, or the digest`,
        };
    } else if (require === "minor" && version.length < 2) {
        yield {
            setting,
            problem: `\`${written}\` changes with every minor version`,
            fix: `Write major and minor version, such as \`${image.repository}:${version[0]}.2\`, or the digest`,
        };
    }
}
