/**
 * A private door of the policy SDK. It hands a resource to each policy in a new proxy around the same properties. Only by
 * what lies behind the proxy can be told that they are the same, and need not be copied and read anew for each of fifty
 * policies. The name is the SDK's `getSpecialProxyTarget`, which it does not declare.
 */
export const proxyTargetKey = "__getSpecialProxyTarget";

/** The object behind a proxy of the policy SDK; another object is itself. */
export function proxyTarget(value: Record<string, unknown>): object {
    const target = value[proxyTargetKey];
    return typeof target === "object" && target !== null ? target : value;
}
