import type { Finding } from "../finding";
import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { compareVersions, type ImageReference, productOf, versionOf } from "../redis/image";

interface Parameters {
    redis: string;
    valkey: string;
}

/** Old versions get no more security fixes. */
export const minimumVersion = containerPolicy<Parameters>({
    name: "redis-minimum-version",
    description: "The image must not be older than a minimum version.",
    level: "advisory",
    severity: "medium",
    ...cisDocker(
        "4.4",
        "Ensure images are scanned and rebuilt to include security patches",
        "Building best practices",
        "Rebuild your images often",
    ),
    area: "container",
    reason:
        "Versions that get no more security fixes keep their known holes (several allow code execution by Lua scripts). Redis 7.0 " +
        "also brought the locks on DEBUG, MODULE and protected settings, and `redis-cli -e`.",
    remediation: "Update the image; one minor version after another, replicas first.",
    parameters: {
        redis: {
            type: "string",
            pattern: "^\\d+(\\.\\d+)*$",
            default: "7.0",
            description: "The oldest Redis that is accepted.",
        },
        valkey: {
            type: "string",
            pattern: "^\\d+(\\.\\d+)*$",
            default: "7.2",
            description: "The oldest Valkey that is accepted.",
        },
    },
    *check({ reference }, parameters) {
        if (reference !== undefined) {
            yield* judge(reference, parameters, "image");
        }
    },
    checkImage: (image, parameters) => judge(image, parameters, "name"),
});

function* judge(image: ImageReference, minimum: Parameters, setting: string): Iterable<Finding> {
    const product = productOf(image);
    const version = versionOf(image.tag);
    // The versions of redis-stack are its own.
    if (product === undefined || version === undefined || /stack/.test(image.repository)) {
        return;
    }
    const least = String(minimum[product]);
    if (compareVersions(version, least.split(".").map(Number)) < 0) {
        yield {
            setting,
            problem: `version ${version.join(".")} is older than ${least}`,
            fix: `Use \`${image.repository}:${least}\` or newer`,
        };
    }
}
