import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asFlag } from "../redis/plain";

/** A privileged container is the host. */
export const privileged = containerPolicy({
    name: "redis-privileged",
    description: "The container must not be privileged.",
    level: "mandatory",
    severity: "critical",
    ...cisDocker("5.5", "Ensure that privileged containers are not used", "docker container run", "privileged"),
    area: "container",
    reason: "A privileged container has every device and capability of the host. Redis needs none of them; kernel settings belong to the host.",
    remediation: "Leave `privileged` out. Set kernel settings (overcommit, transparent huge pages) on the host.",
    *check({ props }) {
        if (asFlag(props.privileged) === true) {
            yield { setting: "privileged", problem: "the container has every right of the host", fix: "Leave it out" };
        }
    },
    remedy: ({ props }) => (asFlag(props.privileged) === true ? { privileged: false } : undefined),
});
