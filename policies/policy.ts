/** What a policy of this pack is: what it is called, what it refuses and why, and a pure check that yields findings. */

import type { EnforcementLevel, ResourceValidationPolicy, Severity, StackValidationPolicy } from "@pulumi/policy";
import type { Finding, NodeFinding } from "./finding";
import type { Reference } from "./frameworks";
import type { Need } from "./needs";
import type { Parameters } from "./parameters";
import type { Container } from "./redis/container";
import type { ImageReference } from "./redis/image";
import type { RedisNode, Stack } from "./redis/stack";

/** What every policy says about itself, with what it rests on. */
export interface Description<C> extends Reference {
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

/** A policy that needs nothing but one container. */
export interface ContainerPolicy<C> extends Description<C> {
    check(container: Container, parameters: C): Iterable<Finding>;
    /** Why there is nothing to say of a container, in a sentence; undefined where there is. */
    notApplicable?(container: Container): string | undefined;
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
    /** What the stack has to show: without one of these there is nothing to say. */
    readonly needs: readonly Need[];
    check(stack: Stack, parameters: C): Iterable<NodeFinding>;
}

/** A policy that judges each server or Sentinel with its whole configuration. */
export interface NodePolicy<C> extends Description<C> {
    /** What the stack has to show: without one of these there is nothing to say. */
    readonly needs: readonly Need[];
    check(node: RedisNode, parameters: C, stack: Stack): Iterable<Finding>;
}

/** A policy as Pulumi takes it, with what the catalogue says about it. */
export type CataloguedPolicy = (ResourceValidationPolicy | StackValidationPolicy) & {
    readonly area: Area;
    readonly reason: string;
    readonly remediates: boolean;
    readonly sees: "container" | "stack";
};
