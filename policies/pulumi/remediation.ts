import type { ResourceValidationArgs } from "@pulumi/policy";
import { withDefaults } from "../parameters";
import type { ContainerPolicy } from "../policy";
import { readContainer, recognise } from "../redis/container";
import { notRedis } from "./notRedis";

/** Makes a remediation that changes only what it must, so that unknown and secret values elsewhere stay as they are. */
export function remediation<C extends object>(
    policy: ContainerPolicy<C>,
    remedy: NonNullable<ContainerPolicy<C>["remedy"]>,
) {
    return (args: ResourceValidationArgs): Record<string, unknown> | undefined => {
        const container = readContainer(args.urn, args.name, args.props);
        const judged = policy.remediesCarriers === true ? { ...container, started: true } : container;
        if (recognise(judged) === undefined) {
            args.notApplicable(notRedis);
        }
        const changed = remedy(container, withDefaults(policy.parameters, args.getConfig()), args.props);
        if (changed === undefined) {
            return undefined;
        }
        for (const [key, value] of Object.entries(changed)) {
            if (value === undefined) {
                delete args.props[key];
            } else {
                args.props[key] = value;
            }
        }
        return args.props;
    };
}
