import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { type Finding, wording } from "../finding";
import { withDefaults } from "../parameters";
import type { CataloguedPolicy, ContainerPolicy } from "../policy";
import {
    type Container,
    commandType,
    containerType,
    readContainer,
    recognise,
    remoteImageType,
} from "../redis/container";
import { parseImage, productOf } from "../redis/image";
import { asText, known, type Maybe, type PlainRecord } from "../redis/plain";
import type { StackResource } from "../redis/resource";
import { imageNameOf } from "../redis/stack";
import { readInputs, readTypes } from "./inputs";
import { metadata } from "./metadata";
import { notRedis } from "./notRedis";
import { ofContainers } from "./ofContainers";
import { remediation } from "./remediation";
import { stackResources } from "./stackResources";

/** Makes a policy for single containers: Pulumi shows its findings as soon as the container is declared. */
export function containerPolicy<C extends object = object>(policy: ContainerPolicy<C>): CataloguedPolicy {
    const { remedy } = policy;
    const validateResource = resourceValidation(policy);
    const containersOnly = policy.checkImage === undefined && policy.checkShellText === undefined;
    return {
        ...metadata(policy),
        sees: "container",
        remediates: remedy !== undefined,
        validateResource: containersOnly ? ofContainers(validateResource) : validateResource,
        validateStack: stackValidation(policy),
        ...(remedy === undefined ? {} : { remediateResource: ofContainers(remediation(policy, remedy.bind(policy))) }),
    } as CataloguedPolicy;
}

/** Judges a resource by its type. */
function resourceValidation<C extends object>(policy: ContainerPolicy<C>) {
    return (args: ResourceValidationArgs, report: ReportViolation): void => {
        const judged = readTypes.test(args.type) ? subject(policy, args, readInputs(args)) : "It is no container.";
        if (typeof judged === "string") {
            args.notApplicable(judged);
        }
        for (const finding of judged.check(withDefaults(policy.parameters, args.getConfig()))) {
            report(wording(judged.name, finding));
        }
    };
}

/** What a policy judges, by the name that its findings begin with. */
interface Judged<C> {
    readonly name: string;
    check(parameters: C): Iterable<Finding>;
}

/** What a policy judges of a resource; where that is nothing, why, in a sentence. */
function subject<C>(
    policy: ContainerPolicy<C>,
    { type, urn, name }: ResourceValidationArgs,
    inputs: PlainRecord,
): Judged<C> | string {
    const { checkImage, checkShellText } = policy;
    if (type === containerType) {
        const container = readContainer(urn, name, inputs);
        const reason = recognise(container) ? policy.notApplicable?.(container) : notRedis;
        return reason ?? { name: container.name, check: (parameters) => policy.check(container, parameters) };
    }
    if (type === remoteImageType && checkImage !== undefined) {
        const imageName = asText(inputs.name);
        const image = known(imageName) ? parseImage(imageName) : undefined;
        return known(imageName) && image !== undefined && productOf(image) !== undefined
            ? { name: imageName, check: (parameters) => checkImage(image, parameters) }
            : "As far as its name tells, the image is none of Redis or Valkey.";
    }
    if (commandType.test(type) && checkShellText !== undefined) {
        const texts = shellTexts(inputs);
        return texts.length > 0
            ? { name, check: (parameters) => texts.flatMap((text) => [...checkShellText(text, parameters)]) }
            : "The command's text is not known yet.";
    }
    return "It is no container.";
}

function shellTexts({ create, update, delete: remove }: PlainRecord): string[] {
    const texts: Maybe<string>[] = [asText(create), asText(update), asText(remove)];
    return texts.filter((text) => known(text));
}

/** Judges containers of which only an image resource tells that they are Redis: the stack is what shows it. */
function stackValidation<C extends object>(policy: ContainerPolicy<C>) {
    return (args: StackValidationArgs, report: ReportViolation): void => {
        const containers = stackResources(args).flatMap(toldByImage);
        if (containers.length === 0) {
            args.notApplicable("Every container of Redis or Valkey was judged when it was declared.");
        }
        for (const container of containers.filter((one) => policy.notApplicable?.(one) === undefined)) {
            for (const finding of policy.check(container, withDefaults(policy.parameters, args.getConfig()))) {
                report(wording(container.name, finding), container.urn);
            }
        }
    };
}

function toldByImage(resource: StackResource): Container[] {
    if (resource.type !== containerType) {
        return [];
    }
    const container = readContainer(resource.urn, resource.name, resource.props);
    const imageName = imageNameOf(container, resource);
    const isTold = imageName !== undefined && recognise(container, imageName) !== undefined;
    return isTold && recognise(container) === undefined ? [container] : [];
}
