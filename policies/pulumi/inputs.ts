/** The inputs of a stack's resources, as Pulumi hands them to policies one after the other. */

import type { ResourceValidationArgs } from "@pulumi/policy";
import { type PlainRecord, plain } from "../redis/plain";
import { proxyTarget } from "./proxyTarget";

/** The types that the reading layer looks at. */
export const readTypes =
    /^(?:docker:index\/(?:container:Container|volume:Volume|remoteImage:RemoteImage|image:Image)|command:.*:Command)$/;

const inputs = new Map<string, PlainRecord>();

/** Copies of inputs by what they are of: each policy is given the same, which nobody changes. */
const copies = new WeakMap<object, PlainRecord>();

/** Reads a resource's inputs, and remembers them by its URN. */
export function readInputs({ props, urn }: Pick<ResourceValidationArgs, "props" | "urn">): PlainRecord {
    const target = proxyTarget(props);
    const copy = copies.get(target) ?? (plain(props) as PlainRecord);
    copies.set(target, copy);
    inputs.set(urn, copy);
    return copy;
}

/**
 * The inputs that a resource was declared with. A stack policy is given outputs, in which at preview everything that the
 * provider may compute is unknown, even an absent command.
 */
export function inputsOf(urn: string): PlainRecord | undefined {
    return inputs.get(urn);
}
