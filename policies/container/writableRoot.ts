import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asFlag, UNKNOWN } from "../redis/plain";

/** Only the data belongs to the server. */
export const writableRoot = containerPolicy({
    name: "redis-writable-root",
    description: "The container's root file system should be read-only.",
    level: "advisory",
    severity: "low",
    ...cisDocker(
        "5.13",
        "Ensure that the container's root filesystem is mounted as read only",
        "docker container run",
        "read-only",
    ),
    area: "container",
    reason: "CONFIG SET dir and a module are how a server is taken over: on a read-only root there is no place for them but /data.",
    remediation:
        "Write `readOnly: true`, with volumes for /data and the configuration (`uploads` then go through a second container that fills the volume).",
    *check({ props }) {
        const readOnly = asFlag(props.readOnly);
        if (readOnly !== true && readOnly !== UNKNOWN) {
            yield {
                setting: "readOnly",
                problem: "the server may write to its whole file system, not only to /data",
                fix: "Write `readOnly: true`, and volumes for what it must write",
            };
        }
    },
});
