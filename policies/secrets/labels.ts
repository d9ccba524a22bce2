import { dockerDocumentation } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { known } from "../redis/plain";
import { hasPasswordUrl, namesPassword, textHasPassword } from "../redis/secrets";

/** Labels are made to be listed. */
export const labelSecret = containerPolicy({
    name: "redis-secret-in-labels",
    description: "No password may stand in a container's labels.",
    level: "mandatory",
    severity: "high",
    ...dockerDocumentation("Docker object labels"),
    area: "secrets",
    reason: "Labels are listed by `docker ps`, collected by monitoring, and stand in the clear in Pulumi's state.",
    remediation: "Leave it out; whoever needs the password gets it as a stack output or from a file.",
    notApplicable: ({ props }) => (props.labels === undefined ? "The container has no labels." : undefined),
    *check({ labels }) {
        for (const { label, value } of labels) {
            if (
                known(value) &&
                value !== "" &&
                (namesPassword(label) || hasPasswordUrl(value) || textHasPassword(value))
            ) {
                yield {
                    setting: `labels: ${label}`,
                    problem: "the label holds a password, which every listing of containers shows",
                    fix: "Leave it out and hand the password over as a secret stack output",
                };
            }
        }
    },
});
