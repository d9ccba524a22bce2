import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asTexts, UNKNOWN } from "../redis/plain";

/** No program in the image may make more of itself than Redis is. */
export const newPrivileges = containerPolicy({
    name: "redis-new-privileges",
    description: "The container should not be able to gain privileges.",
    level: "advisory",
    severity: "low",
    ...cisDocker(
        "5.26",
        "Ensure that the container is restricted from acquiring additional privileges",
        "docker container run",
        "security-opt",
    ),
    area: "container",
    reason: "Without `no-new-privileges` a set-user-id program in the image gives whoever got into the server root in the container.",
    remediation: 'Write `securityOpts: ["no-new-privileges"]`.',
    *check({ props }) {
        const options = asTexts(props.securityOpts);
        if (options !== UNKNOWN && !options.includes(UNKNOWN) && !forbids(options)) {
            yield {
                setting: "securityOpts",
                problem: "a set-user-id program in the image may still make itself root",
                fix: 'Write `securityOpts: ["no-new-privileges"]`',
            };
        }
    },
    remedy({ props }) {
        const options = asTexts(props.securityOpts);
        return options === UNKNOWN || options.includes(UNKNOWN) || forbids(options)
            ? undefined
            : { securityOpts: [...options, "no-new-privileges"] };
    },
});

function forbids(options: readonly unknown[]): boolean {
    return options.some((option) => typeof option === "string" && /^no-new-privileges(?:[:=]true)?$/.test(option));
}
