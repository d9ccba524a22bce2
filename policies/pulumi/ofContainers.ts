import { containerType } from "../redis/container";

/** Marks a function for Pulumi's fast type filter, as `validateResourceOfType` does, without loading @pulumi/docker. */
export function ofContainers<F extends object>(check: F): F {
    return Object.assign(check, { __pulumiType: containerType });
}
