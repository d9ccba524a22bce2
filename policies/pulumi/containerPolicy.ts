import type { ReportViolation, ResourceValidationArgs, StackValidationArgs } from "@pulumi/policy";
import { wording } from "../finding";
import { withDefaults } from "../parameters";
import type { CataloguedPolicy, ContainerPolicy } from "../policy";
import { commandType, containerType, readContainer, recognise, remoteImageType } from "../redis/container";
import { parseImage, productOf } from "../redis/image";
import { asText, known, type Maybe, type PlainRecord } from "../redis/plain";
import { imageNameOf } from "../redis/stack";
import { readInputs, readTypes } from "./inputs";
import { metadata } from "./metadata";
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
        if (!readTypes.test(args.type)) {
            return;
        }
        const props = readInputs(args);
        const parameters = () => withDefaults(policy.parameters, args.getConfig());
        if (args.type === remoteImageType && policy.checkImage !== undefined) {
            const name = asText(props.name);
            const image = known(name) ? parseImage(name) : undefined;
            if (known(name) && image !== undefined && productOf(image) !== undefined) {
                for (const finding of policy.checkImage(image, parameters())) {
                    report(wording(name, finding));
                }
            }
        }
        if (commandType.test(args.type) && policy.checkShellText !== undefined) {
            for (const text of shellTexts(props)) {
                for (const finding of policy.checkShellText(text, parameters())) {
                    report(wording(args.name, finding));
                }
            }
        }
        if (args.type !== containerType) {
            return;
        }
        const container = readContainer(args.urn, args.name, props);
        if (recognise(container) !== undefined) {
            for (const finding of policy.check(container, parameters())) {
                report(wording(container.name, finding));
            }
        }
    };
}

function shellTexts({ create, update, delete: remove }: PlainRecord): string[] {
    const texts: Maybe<string>[] = [asText(create), asText(update), asText(remove)];
    return texts.filter((text) => known(text));
}

/** Judges containers of which only an image resource tells that they are Redis: the stack is what shows it. */
function stackValidation<C extends object>(policy: ContainerPolicy<C>) {
    return (args: StackValidationArgs, report: ReportViolation): void => {
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
}
