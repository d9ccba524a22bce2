import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { isSentinel } from "../redis/container";
import { asNumber, known, UNKNOWN } from "../redis/plain";

interface Parameters {
    seconds: number;
}

/** Pulumi's Docker provider kills on delete and on every replacement, unless told to wait. */
export const gracefulStop = containerPolicy<Parameters>({
    name: "redis-graceful-stop",
    description: "The server should be given time to save when it is stopped.",
    level: "advisory",
    severity: "high",
    ...dockerDocumentation("docker container stop"),
    area: "container",
    reason:
        "Without `destroyGraceSeconds` the provider kills the container at once, on destroy and on every replacement: what was " +
        "not yet written is lost. Docker's own 10 seconds are what Redis alone may wait for its replicas.",
    remediation:
        "Write `destroyGraceSeconds: 60` and `stopTimeout: 60`, from the first deployment on: a delete uses the old value.",
    parameters: {
        seconds: { type: "integer", minimum: 1, default: 30, description: "The least time, in seconds." },
    },
    *check(container, { seconds }) {
        const { props } = container;
        // A Sentinel writes its file at each change, and has nothing else to save.
        if (isSentinel(container)) {
            return;
        }
        for (const [setting, effect] of [
            ["destroyGraceSeconds", "Pulumi kills the server when it deletes or replaces the container"],
            ["stopTimeout", "Docker kills the server after 10 seconds when it stops the container"],
        ] as const) {
            const value = asNumber(props[setting]);
            if (value === UNKNOWN || (known(value) && value >= seconds)) {
                continue;
            }
            yield {
                setting,
                problem:
                    known(value) && value > 0
                        ? `${value} seconds are fewer than ${seconds}`
                        : `it is not set, so ${effect}`,
                fix: `Write \`${setting}: ${Math.max(seconds, 60)}\``,
            };
        }
    },
    remedy(container, { seconds }) {
        const { props } = container;
        if (isSentinel(container)) {
            return undefined;
        }
        const changed: Record<string, number> = {};
        for (const setting of ["destroyGraceSeconds", "stopTimeout"]) {
            const value = asNumber(props[setting]);
            if (value !== UNKNOWN && (value === undefined || value < seconds)) {
                changed[setting] = Math.max(seconds, 60);
            }
        }
        return Object.keys(changed).length > 0 ? changed : undefined;
    },
});
