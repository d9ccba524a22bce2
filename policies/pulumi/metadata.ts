import type { Description } from "../policy";

/** What a policy says about itself, by Pulumi's names, with what only the catalogue shows. */
export function metadata<C>(policy: Description<C>) {
    return {
        name: policy.name,
        description: policy.description,
        enforcementLevel: policy.level,
        severity: policy.severity,
        area: policy.area,
        reason: policy.reason,
        remediationSteps: policy.remediation,
        framework: policy.framework,
        url: policy.url,
        ...(policy.parameters === undefined ? {} : { configSchema: { properties: { ...policy.parameters } } }),
    };
}
