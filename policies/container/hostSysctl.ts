import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import type { Container } from "../redis/container";
import { inWords } from "../redis/judge";
import { asRecord, UNKNOWN } from "../redis/plain";

/** Docker refuses to start such a container. */
export const hostSysctl = containerPolicy({
    name: "redis-host-sysctl",
    description: "A container on the host's network must not set `net.*` sysctls.",
    level: "mandatory",
    severity: "medium",
    ...dockerDocumentation("docker container run", "sysctl"),
    area: "container",
    reason: "With the host's network these kernel settings are the host's, and Docker refuses to create the container.",
    remediation:
        "Set them on the host (`sysctl -w net.core.somaxconn=511`; current kernels have 4096), or use a bridge network.",
    notApplicable: ({ networkMode }) =>
        networkMode === "host" || networkMode === UNKNOWN ? undefined : "The container has a network of its own.",
    *check(container) {
        const names = forbidden(container);
        if (names.length > 0) {
            yield {
                setting: "sysctls",
                problem: `Docker refuses ${inWords(names)} on the host's network`,
                fix: "Leave it out and set it on the host",
            };
        }
    },
    remedy(container) {
        const sysctls = asRecord(container.props.sysctls);
        const names = forbidden(container);
        if (names.length === 0 || sysctls === UNKNOWN || Object.values(sysctls).includes(UNKNOWN)) {
            return undefined;
        }
        return { sysctls: Object.fromEntries(Object.entries(sysctls).filter(([name]) => !names.includes(name))) };
    },
});

function forbidden({ props, networkMode }: Container): string[] {
    const sysctls = asRecord(props.sysctls);
    return networkMode !== "host" || sysctls === UNKNOWN
        ? []
        : Object.keys(sysctls).filter((name) => name.startsWith("net."));
}
