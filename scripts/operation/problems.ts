import type { EngineEvent, PolicyEvent } from "./events";
import { nameOf } from "./subject";

/** What else the engine says when something has failed, which is told already. */
const echoes = [
    /^(update|preview|destroy|refresh) failed$/,
    /^One or more errors occurred/,
    /failed; npm run up says why at its end/,
    /^resource complete event returned an error/,
    // The cause, a failed resource or a cancellation, stands beside it.
    /^\d+ errors? occurred/,
    /^(transport|monitor) is closing|Resource monitor is terminating|resource monitor shut down/i,
];

/** Gathers what is wrong from the events of one command: each once, in the order in which it was told. */
export class Problems {
    private readonly said = new Set<string>();
    private readonly warned = new Set<string>();
    private readonly violations: PolicyEvent[] = [];

    readonly add = ({ diagnosticEvent, policyEvent }: EngineEvent): void => {
        if (policyEvent) this.violations.push(policyEvent);
        if (!diagnosticEvent || diagnosticEvent.ephemeral) return;
        const { severity, message, urn } = diagnosticEvent;
        const text = message.trim();
        if (severity === "warning") this.warned.add(text);
        if (severity !== "error" || echoes.some((echo) => echo.test(text))) return;
        this.said.add(urn && !text.includes(nameOf(urn)) && isSingle(urn) ? `${nameOf(urn)}: ${text}` : text);
    };

    /** What failed, and the mandatory policies that are violated. */
    get errors(): string[] {
        return [...this.said, ...policyLines(this.violations.filter(isMandatory))];
    }

    /** What a person should know of, and the advisory policies that are violated. */
    get warnings(): string[] {
        return this.warningsBeside();
    }

    /** The same without what was said of an earlier command. */
    warningsBeside(earlier?: Problems): string[] {
        const said = new Set(earlier?.violations.map(violationOf));
        const advisory = this.violations.filter((one) => !isMandatory(one) && !said.has(violationOf(one)));
        return [...[...this.warned].filter((text) => !earlier?.warned.has(text)), ...policyLines(advisory)];
    }
}

const violationOf = ({ policyName, resourceUrn }: PolicyEvent): string => `${policyName} ${resourceUrn}`;

const isMandatory = ({ enforcementLevel }: PolicyEvent): boolean => enforcementLevel === "mandatory";

/** Whether a URN is one of Docker's or a Command's, and not the deployment or the stack, of which all is told. */
const isSingle = (urn: string): boolean => /\$?(docker|command):/.test(urn.split("::")[2] ?? "");

/** Violations, one line a policy, with whom it is about: each message begins with that. */
export function policyLines(violations: PolicyEvent[]): string[] {
    const byPolicy = new Map<string, PolicyEvent[]>();
    for (const violation of violations) {
        const { policyName } = violation;
        byPolicy.set(policyName, [...(byPolicy.get(policyName) ?? []), violation]);
    }
    return [...byPolicy].map(([name, found]) => {
        const told = found.map(({ message, resourceUrn = "" }) => {
            const text = message.trim().split("\n").at(-1) ?? "";
            const [, whom = nameOf(resourceUrn), what = text] = /^([\w.-]+): (.+)$/.exec(text) ?? [];
            return { whom, what };
        });
        const [first = ""] = told.map(({ what }) => what);
        const whom = [...new Set(told.map((one) => one.whom))].filter((one) => one).sort();
        const others = new Set(told.map(({ what }) => what)).size - 1;
        const more = others > 0 ? ` And ${others} more of the kind.` : "";
        const level = found.some(isMandatory) ? "mandatory" : "advisory";
        return `policy ${name} (${level}): ${whom.length > 0 ? `${whom.join(", ")}: ` : ""}${first}${more}`;
    });
}
