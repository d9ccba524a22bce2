import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import type { Container } from "../redis/container";
import { asRecord, asText, UNKNOWN } from "../redis/plain";

/** A full disk stops saving, and a server that cannot save refuses writes. */
export const logRotation = containerPolicy({
    name: "redis-log-rotation",
    description: "The container's log should be rotated.",
    level: "advisory",
    severity: "low",
    ...dockerDocumentation("JSON File logging driver", "Options"),
    area: "container",
    reason: "Docker's `json-file` log grows without end; on a full disk Redis can no longer save and refuses writes.",
    remediation: 'Write `logOpts: { "max-size": "10m", "max-file": "3" }`, or `logDriver: "local"`.',
    *check(container) {
        if (growsForEver(container)) {
            yield {
                setting: "logOpts",
                problem: "the log grows until the disk is full",
                fix: 'Write `logOpts: { "max-size": "10m", "max-file": "3" }`',
            };
        }
    },
    remedy: (container) =>
        growsForEver(container)
            ? { logOpts: { ...(container.props.logOpts as object), "max-size": "10m", "max-file": "3" } }
            : undefined,
});

function growsForEver({ props }: Container): boolean {
    const driver = asText(props.logDriver);
    const options = asRecord(props.logOpts);
    return (
        (driver === undefined || driver === "" || driver === "json-file") &&
        options !== UNKNOWN &&
        options["max-size"] === undefined &&
        !Object.values(options).includes(UNKNOWN)
    );
}
