/**
 * How a policy of this pack is written: what it is called, what it refuses and why, and a pure check that yields findings.
 * The rest (reading resources, settings with defaults, wording, and what Pulumi calls) is here.
 */

import type {
    EnforcementLevel,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
} from "@pulumi/policy";
import type { PolicyConfigJSONSchema } from "@pulumi/policy/schema";
import { type Container, containerType, readContainer, recognise, remoteImageType } from "./redis/container";
import { readLocalFile, remembering } from "./redis/files";
import { type ImageReference, parseImage, productOf } from "./redis/image";
import { asText, known, type Maybe, type PlainRecord, plain } from "./redis/plain";
import type { StackResource } from "./redis/resource";
import { imageNameOf, type RedisNode, readStack, type Stack } from "./redis/stack";

/** One thing wrong with a node. */
export interface Finding {
    /** What it is about, as the user writes it: a property, a directive, a variable. Never a password. */
    readonly setting: string;
    /** What is wrong, in one sentence without a full stop. */
    readonly problem: string;
    /** What to write instead, in one sentence without a full stop. */
    readonly fix: string;
}

/** A finding with its node, for policies that see the whole stack. */
export interface NodeFinding extends Finding {
    readonly node: { readonly name: string; readonly urn: string };
}

/** A policy's parameters, each with a default. */
export type Parameters<C> = {
    readonly [K in keyof C]: PolicyConfigJSONSchema & { readonly default: C[K]; readonly description: string };
};

/** What every policy says about itself. */
export interface Description<C> {
    /** Hyphenated, with the pack's prefix. */
    readonly name: string;
    /** What it refuses, in one sentence. */
    readonly description: string;
    readonly level: EnforcementLevel;
    readonly severity: Severity;
    /** The part of the catalogue that it stands in. */
    readonly area: Area;
    /** Why, for the catalogue. */
    readonly reason: string;
    /** How to fix it, for the catalogue. */
    readonly remediation: string;
    readonly parameters?: Parameters<C>;
}

export type Area = "access" | "network" | "secrets" | "container" | "data" | "shape";

/** A policy with what the catalogue says about it. */
export type CataloguedPolicy = (ResourceValidationPolicy | StackValidationPolicy) & {
    readonly area: Area;
    readonly reason: string;
    readonly remediates: boolean;
    readonly sees: "container" | "stack";
};

/** A policy that needs nothing but one container. */
export interface ContainerPolicy<C> extends Description<C> {
    check(container: Container, parameters: C): Iterable<Finding>;
    /** Whether the remedy is also for containers that never start and only carry files. */
    readonly remediesCarriers?: boolean;
    /** Judges an image that is declared by itself (`docker.RemoteImage`), by its name. */
    checkImage?(image: ImageReference, parameters: C): Iterable<Finding>;
    /** Judges the shell text of a `command.local.Command` or `command.remote.Command`. */
    checkShellText?(text: string, parameters: C): Iterable<Finding>;
    /** Gives the properties that put it right, where the right value is certain; `raw` are the properties as they came. */
    remedy?(container: Container, parameters: C, raw: Record<string, unknown>): Record<string, unknown> | undefined;
}

/** A policy that needs the joined resources of the stack. */
export interface StackPolicy<C> extends Description<C> {
    check(stack: Stack, parameters: C): Iterable<NodeFinding>;
}

/** A policy that judges each server or Sentinel with its whole configuration. */
export interface NodePolicy<C> extends Description<C> {
    check(node: RedisNode, parameters: C, stack: Stack): Iterable<Finding>;
}

/**
 * Inputs of the resources seen so far, by URN. A stack policy is given outputs, in which at preview everything that the
 * provider may compute is unknown, even an absent command.
 */
const inputs = new Map<string, PlainRecord>();

/** The types that the reading layer looks at. */
const readTypes =
    /^(?:docker:index\/(?:container:Container|volume:Volume|remoteImage:RemoteImage|image:Image)|command:.*:Command)$/;

function isCommand(type: string): boolean {
    return type.startsWith("command:");
}

/** Copies of inputs by what they are of: each policy is given the same, which nobody changes. */
const copies = new WeakMap<object, PlainRecord>();

/** By this name the proxy that each policy gets gives what lies behind it. */
const behind = "__getSpecialProxyTarget";

function remember({ props, urn }: ResourceValidationArgs): PlainRecord {
    const origin: unknown = props[behind];
    const key = typeof origin === "object" && origin !== null ? origin : props;
    const copy = copies.get(key) ?? (plain(props) as PlainRecord);
    copies.set(key, copy);
    inputs.set(urn, copy);
    return copy;
}

/** Local files are read once for a run. */
const readLocal = remembering(readLocalFile);

/** Writes a finding as a user sees it. */
export function wording(name: string, finding: Finding): string {
    return `${name}: ${finding.setting}: ${finding.problem}. ${finding.fix}.`;
}

/** Makes a policy for single containers: Pulumi shows its findings as soon as the container is declared. */
export function containerPolicy<C extends object = object>(policy: ContainerPolicy<C>): CataloguedPolicy {
    const { remedy } = policy;
    const validateResource = (args: ResourceValidationArgs, report: ReportViolation): void => {
        if (!readTypes.test(args.type)) {
            return;
        }
        const props = remember(args);
        if (args.type === remoteImageType && policy.checkImage !== undefined) {
            const name = asText(props.name);
            const image = known(name) ? parseImage(name) : undefined;
            if (known(name) && image !== undefined && productOf(image) !== undefined) {
                for (const finding of policy.checkImage(image, withDefaults(policy.parameters, args.getConfig()))) {
                    report(wording(name, finding));
                }
            }
        }
        if (isCommand(args.type) && policy.checkShellText !== undefined) {
            const texts: Maybe<string>[] = [asText(props.create), asText(props.update), asText(props.delete)];
            for (const text of texts.filter((candidate) => known(candidate))) {
                for (const finding of policy.checkShellText(text, withDefaults(policy.parameters, args.getConfig()))) {
                    report(wording(args.name, finding));
                }
            }
        }
        if (args.type !== containerType) {
            return;
        }
        const container = readContainer(args.urn, args.name, props);
        if (recognise(container) !== undefined) {
            for (const finding of policy.check(container, withDefaults(policy.parameters, args.getConfig()))) {
                report(wording(container.name, finding));
            }
        }
    };
    // Where only an image resource tells that a container is Redis, the stack is what shows it.
    const validateStack = (args: StackValidationArgs, report: ReportViolation): void => {
        for (const resource of stackResources(args)) {
            if (resource.type !== containerType) {
                continue;
            }
            const container = readContainer(resource.urn, resource.name, resource.props);
            const imageName = imageNameOf(container, resource);
            if (
                recognise(container) === undefined &&
                imageName !== undefined &&
                recognise(container, imageName) !== undefined
            ) {
                for (const finding of policy.check(container, withDefaults(policy.parameters, args.getConfig()))) {
                    report(wording(container.name, finding), resource.urn);
                }
            }
        }
    };
    return {
        ...described(policy),
        sees: "container",
        remediates: remedy !== undefined,
        validateResource:
            policy.checkImage === undefined && policy.checkShellText === undefined
                ? ofType(validateResource)
                : validateResource,
        validateStack,
        ...(remedy === undefined ? {} : { remediateResource: ofType(remediation(policy, remedy.bind(policy))) }),
    } as CataloguedPolicy;
}

/** Gives a remediation that changes only what it must, so that unknown and secret values elsewhere stay as they are. */
function remediation<C extends object>(policy: ContainerPolicy<C>, remedy: NonNullable<ContainerPolicy<C>["remedy"]>) {
    return (args: ResourceValidationArgs): Record<string, unknown> | undefined => {
        const container = readContainer(args.urn, args.name, args.props);
        const judged = policy.remediesCarriers === true ? { ...container, started: true } : container;
        if (args.type !== containerType || recognise(judged) === undefined) {
            return undefined;
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

/** The stack read last: every stack policy of a run is given the same resources. */
let last: { readonly key: readonly unknown[]; readonly stack: Stack } | undefined;

function rememberedStack(resources: readonly StackResource[]): Stack {
    const key = resources.flatMap(({ urn, props, protect, provider }) => [urn, props, protect, provider?.urn]);
    if (last === undefined || last.key.length !== key.length || key.some((part, index) => part !== last?.key[index])) {
        last = { key, stack: readStack(resources, readLocal) };
    }
    return last.stack;
}

/** Makes a policy for the joined resources of a stack. */
export function stackPolicy<C extends object = object>(policy: StackPolicy<C>): CataloguedPolicy {
    return {
        ...described(policy),
        sees: "stack",
        remediates: false,
        validateStack: (args: StackValidationArgs, report: ReportViolation): void => {
            const stack = rememberedStack(stackResources(args));
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

function described<C>(policy: Description<C>) {
    return {
        name: policy.name,
        description: policy.description,
        enforcementLevel: policy.level,
        severity: policy.severity,
        area: policy.area,
        reason: policy.reason,
        remediationSteps: policy.remediation,
        ...(policy.parameters === undefined ? {} : { configSchema: { properties: { ...policy.parameters } } }),
    };
}

/** Marks a function for Pulumi's fast type filter, as `validateResourceOfType` does, without loading @pulumi/docker. */
function ofType<F extends object>(check: F): F {
    return Object.assign(check, { __pulumiType: containerType });
}

/** Fills in defaults: the CLI does so too, but not everything runs a pack through the CLI. */
function withDefaults<C extends object>(parameters: Parameters<C> | undefined, given: object): C {
    const defaults = Object.entries<{ default: unknown }>(parameters ?? {}).map(([name, schema]) => [
        name,
        schema.default,
    ]);
    return { ...Object.fromEntries(defaults), ...given } as C;
}

function stackResources(args: StackValidationArgs): StackResource[] {
    const convert = (resource: StackValidationArgs["resources"][number]): StackResource => ({
        type: resource.type,
        urn: resource.urn,
        name: resource.name,
        props: inputs.get(resource.urn) ?? resource.props,
        protect: resource.opts.protect,
        provider: resource.provider,
        get sources() {
            return Object.fromEntries(
                Object.entries(resource.propertyDependencies).map(([property, sources]) => [
                    property,
                    sources.map(convert),
                ]),
            );
        },
    });
    // With a refresh the engine lists what is renamed in the program under its former name as well.
    const former = new Set(args.resources.flatMap(({ opts }) => opts.aliases ?? []));
    return args.resources.filter(({ type, urn }) => readTypes.test(type) && !former.has(urn)).map(convert);
}
