import { ok } from "node:assert/strict";
import { type ResourceValidationArgs, type StackValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import { policies } from "../../../policies/index";
import type { CataloguedPolicy } from "../../../policies/policy";

/** A resource as a program declares it. */
export interface Declared {
    type: string;
    name: string;
    props: Record<string, unknown>;
    protect?: boolean;
    /** The name that it had in the program before. */
    formerly?: string;
    provider?: { name: string; props: Record<string, unknown> };
    /** Names of the resources that a property comes from. */
    sources?: Record<string, string[]>;
}

/** A finding as the engine gets it. */
export interface Violation {
    policy: string;
    resource: string;
    message: string;
}

export const container = "docker:index/container:Container";
export const volume = "docker:index/volume:Volume";
export const remoteImage = "docker:index/remoteImage:RemoteImage";

/** What the engine sends for a value that is not known yet. */
export const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

/** That a policy has nothing to say of a resource, or of the stack as a whole. */
export interface NotApplicable {
    policy: string;
    resource: string | undefined;
    reason: string;
}

/** What policies said of a stack. */
export interface Verdict {
    violations: Violation[];
    notApplicable: NotApplicable[];
}

let runs = 0;

const enabled = policies.filter(({ enforcementLevel }) => enforcementLevel !== "disabled");

/** The violations of a stack. */
export function judge(
    resources: readonly Declared[],
    config: Record<string, object> = {},
    chosen: readonly CataloguedPolicy[] = enabled,
): Violation[] {
    return verdict(resources, config, chosen).violations;
}

/** Runs policies as the engine does: each resource first, then the stack. */
export function verdict(
    resources: readonly Declared[],
    config: Record<string, object> = {},
    chosen: readonly CataloguedPolicy[] = enabled,
): Verdict {
    // The pack remembers inputs by URN and properties by what they are: each run is a stack of its own.
    const stack = `urn:pulumi:test${runs++}::test`;
    const props = new Map(resources.map((resource) => [resource, { ...resource.props }]));
    const urnOf = (resource: Declared) => `${stack}::${resource.type}::${resource.name}`;
    const violations: Violation[] = [];
    const notApplicable: NotApplicable[] = [];
    const common = (policy: CataloguedPolicy) => ({
        getConfig: <T extends object>() => (config[policy.name] ?? {}) as T,
        stackTags: new Map<string, string>(),
        notApplicable: (reason: string): never => {
            throw new NothingToSay(reason);
        },
    });
    /** Runs one policy on one resource, or on the stack: it finds something, nothing, or that it has nothing to say. */
    const ask = (policy: string, resource: string | undefined, run: () => void): void => {
        const before = violations.length;
        try {
            run();
        } catch (error) {
            if (!(error instanceof NothingToSay)) throw error;
            ok(violations.length === before, `${policy} has nothing to say, and said something`);
            notApplicable.push({ policy, resource, reason: error.message });
        }
    };
    for (const resource of resources) {
        for (const policy of chosen) {
            const { validateResource } = policy as { validateResource?: unknown };
            if (typeof validateResource !== "function") {
                continue;
            }
            const { __pulumiType } = validateResource as { __pulumiType?: string };
            if (__pulumiType !== undefined && __pulumiType !== resource.type) {
                continue;
            }
            const args = {
                ...common(policy),
                type: resource.type,
                name: resource.name,
                urn: urnOf(resource),
                props: unknownCheckingProxy(props.get(resource)),
                opts: options(resource, urnOf),
            } as unknown as ResourceValidationArgs;
            ask(policy.name, resource.name, () =>
                validateResource(args, (message: string) => {
                    violations.push({ policy: policy.name, resource: resource.name, message });
                }),
            );
        }
    }
    const converted = resources.map((resource) => ({
        type: resource.type,
        name: resource.name,
        urn: urnOf(resource),
        props: unknownCheckingProxy(props.get(resource)),
        opts: options(resource, urnOf),
        provider: resource.provider && {
            type: "pulumi:providers:docker",
            name: resource.provider.name,
            urn: `${stack}::pulumi:providers:docker::${resource.provider.name}`,
            props: unknownCheckingProxy(resource.provider.props),
        },
        dependencies: [],
        propertyDependencies: {} as Record<string, unknown[]>,
    }));
    for (const [index, resource] of resources.entries()) {
        for (const [property, names] of Object.entries(resource.sources ?? {})) {
            const target = converted[index];
            if (target !== undefined) {
                target.propertyDependencies[property] = converted.filter(({ name }) => names.includes(name));
            }
        }
    }
    const names = new Map(converted.map(({ urn, name }) => [urn, name]));
    for (const policy of chosen) {
        const { validateStack } = policy as { validateStack?: (...all: unknown[]) => void };
        const args = { ...common(policy), resources: converted } as unknown as StackValidationArgs;
        ask(policy.name, undefined, () =>
            validateStack?.(args, (message: string, urn?: string) => {
                violations.push({ policy: policy.name, resource: names.get(urn ?? "") ?? "?", message });
            }),
        );
    }
    return { violations, notApplicable };
}

/** What the SDK throws when a policy says that it does not apply. */
class NothingToSay extends Error {}

function options(resource: Declared, urnOf: (resource: Declared) => string) {
    return {
        protect: resource.protect ?? false,
        ignoreChanges: [],
        aliases: resource.formerly ? [urnOf({ ...resource, name: resource.formerly })] : [],
        customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
        additionalSecretOutputs: [],
    };
}

/** Violations as `policy resource`, sorted, to compare whole lists. */
export function summary(violations: readonly Violation[]): string[] {
    return violations.map(({ policy, resource }) => `${policy} ${resource}`).sort();
}

/** The policy of a name. */
export function policyNamed(name: string): CataloguedPolicy {
    const found = policies.find((policy) => policy.name === name);
    if (found === undefined) {
        throw new Error(`there is no policy ${name}`);
    }
    return found;
}
