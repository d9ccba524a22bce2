import { Secret } from "@pulumi/policy";
import { pulumiSecrets } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { known, UNKNOWN } from "../redis/plain";
import { textHasPassword } from "../redis/secrets";

/** State files are copied, backed up and shown. */
export const unmarkedSecret = containerPolicy({
    name: "redis-secret-unmarked",
    description:
        "Files with passwords are made Pulumi secrets (a remediation only: policies do not see what is secret).",
    level: "advisory",
    severity: "medium",
    ...pulumiSecrets(),
    area: "secrets",
    reason:
        "An upload that is no Pulumi secret stands in the clear in the state and in every diff. Pulumi unwraps secrets before a " +
        "policy sees them, so this cannot be reported; with the level `remediate` it is put right.",
    remediation: "Wrap the files: `uploads: pulumi.secret([...])`, or set this policy's level to `remediate`.",
    remediesCarriers: true,
    notApplicable: () => "Policies do not see what is a secret: this one puts it right, with the level remediate.",
    *check() {},
    remedy({ uploads }, _parameters, raw) {
        const holdsPassword =
            uploads !== UNKNOWN &&
            uploads.some(
                ({ path, content }) =>
                    content !== UNKNOWN &&
                    (textHasPassword(content) || (known(path) && /^\s*user\s.*[>#]\S/m.test(content))),
            );
        const isSecret = Object.getOwnPropertyDescriptor(raw, "uploads")?.value instanceof Secret;
        return holdsPassword && !isSecret ? { uploads: new Secret(raw.uploads) } : undefined;
    },
});
