import type { StackValidationArgs } from "@pulumi/policy";
import { readLocalFile, remembering } from "../redis/files";
import type { StackResource } from "../redis/resource";
import { readStack, type Stack } from "../redis/stack";
import { inputsOf, readTypes } from "./inputs";

/** The resources of a stack that the reading layer looks at, each with the inputs that it was declared with. */
export function stackResources({ resources }: Pick<StackValidationArgs, "resources">): StackResource[] {
    const convert = (resource: StackValidationArgs["resources"][number]): StackResource => ({
        type: resource.type,
        urn: resource.urn,
        name: resource.name,
        props: inputsOf(resource.urn) ?? resource.props,
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
    const former = new Set(resources.flatMap(({ opts }) => opts.aliases ?? []));
    return resources.filter(({ type, urn }) => readTypes.test(type) && !former.has(urn)).map(convert);
}

/** Local files are read once for a run. */
const readLocal = remembering(readLocalFile);

/** The stack read last: every stack policy of a run is given the same resources. */
let last: { readonly key: readonly unknown[]; readonly stack: Stack } | undefined;

/** Reads a stack's resources into nodes. */
export function stackOf(args: Pick<StackValidationArgs, "resources">): Stack {
    const resources = stackResources(args);
    const key = resources.flatMap(({ urn, props, protect, provider }) => [urn, props, protect, provider?.urn]);
    if (last === undefined || last.key.length !== key.length || key.some((part, index) => part !== last?.key[index])) {
        last = { key, stack: readStack(resources, readLocal) };
    }
    return last.stack;
}
