import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { flavourOf } from "../redis/image";
import { asText, known, UNKNOWN } from "../redis/plain";

/** Root in a container is root as soon as something else gives way. */
export const nonRoot = containerPolicy({
    name: "redis-non-root",
    description: "The server should run as a user of its own.",
    level: "advisory",
    severity: "medium",
    ...cisDocker("4.1", "Ensure that a user for the container has been created", "Building best practices", "user"),
    area: "container",
    reason:
        "The official image starts as root and gives it up only when its own entrypoint runs `redis-server`: not under `sh -c`, not " +
        "with another entrypoint, before 8.0 not for `redis-sentinel`, and not when capabilities are dropped.",
    remediation:
        'Write `user: "999:999"` (Debian-based images; `999:1000` on Alpine), with data and configuration that this user may read.',
    *check({ props, reference }) {
        const user = asText(props.user);
        if (
            user === UNKNOWN ||
            (reference !== undefined && flavourOf(reference) === "bitnami" && (user === undefined || user === ""))
        ) {
            return;
        }
        if (!known(user) || user === "") {
            yield {
                setting: "user",
                problem: "none is given, so the container starts as root",
                fix: 'Write `user: "999:999"` (`999:1000` on Alpine)',
            };
        } else if (/^(?:0|root)(?:$|:)/.test(user)) {
            yield {
                setting: "user",
                problem: `\`${user}\` is root`,
                fix: 'Write `user: "999:999"` (`999:1000` on Alpine)',
            };
        }
    },
});
