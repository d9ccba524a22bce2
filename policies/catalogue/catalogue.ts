/** Writes the catalogue of the pack's policies, for README.md. */

import type { PolicyComplianceFramework } from "@pulumi/policy";
import { latest } from "../frameworks";
import type { Area, CataloguedPolicy } from "../policy";

const areas: Readonly<Record<Area, string>> = {
    access: "Access",
    network: "Network",
    secrets: "Secrets",
    container: "Container",
    data: "Data",
    shape: "Shape",
};

/** Between these two lines of README.md the catalogue stands. */
export const startMark = "<!-- catalogue: written by policies/catalogue/write.ts -->";
export const endMark = "<!-- end of the catalogue -->";

/** The catalogue in Markdown: a list of all policies, then each with its reason, its fix and its parameters. */
export function catalogue(policies: readonly CataloguedPolicy[]): string {
    const sections = Object.entries(areas).map(([area, title]) => {
        const members = policies.filter((policy) => policy.area === area);
        return [`### ${title}`, ...members.map(entry)].join("\n\n");
    });
    return [overview(policies), ...sections].join("\n\n");
}

function overview(policies: readonly CataloguedPolicy[]): string {
    return policies
        .map(
            ({ name, description, enforcementLevel, severity }) =>
                `- [\`${name}\`](#${name}) (${enforcementLevel}, ${severity}): ${description}`,
        )
        .join("\n");
}

function entry(policy: CataloguedPolicy): string {
    const { name, description, enforcementLevel, severity, reason, remediationSteps, sees, remediates } = policy;
    const { framework, url } = policy;
    const facts = [
        `**${enforcementLevel}**, severity ${severity}`,
        sees === "container" ? "judged as soon as a container is declared" : "judged over the whole stack",
        ...(remediates ? ["can put it right by itself with the level `remediate`"] : []),
    ];
    const parts = [`#### ${name}`, description, `${facts.join("; ")}.`, `Why: ${reason}`, `Fix: ${remediationSteps}`];
    if (framework !== undefined) parts.push(`Rests on: [${citation(framework)}](${url}).`);
    const properties = Object.entries(policy.configSchema?.properties ?? {});
    if (properties.length > 0) {
        parts.push(
            properties
                .map(([key, schema]) => {
                    const { description: meaning, default: fallback, enum: choices } = schema;
                    const values =
                        choices === undefined ? "" : ` One of ${choices.map((choice) => `\`${choice}\``).join(", ")}.`;
                    const about = values === "" || meaning?.includes("`") ? (meaning ?? "") : `${meaning}${values}`;
                    return `- \`${key}\` (default \`${JSON.stringify(fallback)}\`): ${about}`;
                })
                .join("\n"),
        );
    }
    return parts.join("\n\n");
}

/** A recommendation with its number and words, or a page with its chapter. */
function citation({ name, version, reference, specification }: PolicyComplianceFramework): string {
    const what = version === latest ? name : `${name} ${version}`;
    return `${what}, ${reference}${specification === reference ? "" : `: ${specification}`}`;
}

/** A README's text with the catalogue as it is now. */
export function withCatalogue(readme: string, policies: readonly CataloguedPolicy[]): string {
    const [head, rest] = readme.split(startMark);
    const tail = rest?.split(endMark)[1];
    if (head === undefined || tail === undefined) {
        throw new Error(`README.md lacks the line ${rest === undefined ? startMark : endMark}`);
    }
    return `${head}${startMark}\n\n${catalogue(policies)}\n\n${endMark}${tail}`;
}
