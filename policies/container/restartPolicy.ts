import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asText } from "../redis/plain";

/** After a crash or a reboot somebody has to start it. */
export const restartPolicy = containerPolicy({
    name: "redis-restart-policy",
    description: "The container should start again by itself.",
    level: "advisory",
    severity: "medium",
    ...dockerDocumentation("Start containers automatically", "Use a restart policy"),
    area: "container",
    reason: "Without `restart` a server that crashed, was killed for memory or went down with its host stays down until somebody notices.",
    remediation: 'Write `restart: "unless-stopped"`.',
    *check({ props }) {
        const restart = asText(props.restart);
        if (restart === undefined || restart === "" || restart === "no") {
            yield {
                setting: "restart",
                problem: "the server stays down after a crash or a reboot",
                fix: 'Write `restart: "unless-stopped"`',
            };
        }
    },
});
