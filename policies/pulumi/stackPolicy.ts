import type { ReportViolation, StackValidationArgs } from "@pulumi/policy";
import { wording } from "../finding";
import { unmet } from "../needs";
import { withDefaults } from "../parameters";
import type { CataloguedPolicy, NodePolicy, StackPolicy } from "../policy";
import { metadata } from "./metadata";
import { stackOf } from "./stackResources";

/** Makes a policy for the joined resources of a stack. */
export function stackPolicy<C extends object = object>(policy: StackPolicy<C>): CataloguedPolicy {
    return {
        ...metadata(policy),
        sees: "stack",
        remediates: false,
        validateStack: (args: StackValidationArgs, report: ReportViolation): void => {
            const stack = stackOf(args);
            const reason = unmet(policy.needs, stack);
            if (reason !== undefined) {
                args.notApplicable(reason);
            }
            for (const finding of policy.check(stack, withDefaults(policy.parameters, args.getConfig()))) {
                report(wording(finding.node.name, finding), finding.node.urn);
            }
        },
    };
}

/** Makes a policy for each node of a stack. */
export function nodePolicy<C extends object = object>(policy: NodePolicy<C>): CataloguedPolicy {
    const { check } = policy;
    return stackPolicy<C>({
        ...policy,
        *check(stack, parameters) {
            for (const node of stack.nodes) {
                for (const finding of check(node, parameters, stack)) {
                    yield { ...finding, node };
                }
            }
        },
    });
}
