import { duration } from "../setup/progress";
import type { EngineEvent, StepEventMetadata } from "./events";
import { type Subject, subjectOf } from "./subject";

/** What is said of a step that is done, by what it was done to; of what is not named here nothing is. */
const words: Partial<Record<Subject["kind"], Record<string, string>>> = {
    server: {
        create: "created",
        "create-replacement": "replaced",
        update: "container changed as it runs",
        delete: "container removed",
    },
    data: { create: "", delete: "data volume deleted", "create-replacement": "data volume replaced" },
    network: { create: "network made", "create-replacement": "network made anew", delete: "network removed" },
    image: { create: "image ready", "create-replacement": "image ready", update: "image ready" },
};

/** How long what is done may take without a word on it, in milliseconds: an image that is there is ready at once. */
const short = 1_000;

/** One line for each step of an update as it is done, from the engine's events. */
export class Steps {
    private readonly begun = new Map<string, { at: number; subject: Subject }>();
    /** How long convergence took, in milliseconds. */
    convergence = 0;

    constructor(private readonly now = () => performance.now()) {}

    /** What there is to say after an event. */
    after({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent }: EngineEvent): string[] {
        if (diagnosticEvent) return said(diagnosticEvent);
        if (resourcePreEvent) this.begin(resourcePreEvent.metadata);
        const done = resOutputsEvent ?? resOpFailedEvent;
        if (!done) return [];
        const { urn, op } = done.metadata;
        const { at = this.now(), subject } = this.begun.get(urn) ?? {};
        this.begun.delete(urn);
        if (!resOutputsEvent || !subject) return [];
        const took = this.now() - at;
        if (subject.kind === "convergence") this.convergence += took;
        const word = words[subject.kind]?.[op];
        const stays = subject.kind === "data" && resOutputsEvent.metadata.old?.retainOnDelete;
        if (!word || stays || (subject.kind === "image" && took < short)) return [];
        return [`${subject.name}: ${word} (${duration(took)})`];
    }

    /** What is being done, for whoever waits; undefined when that is nothing with a name. */
    get current(): string | undefined {
        const open = [...this.begun.values()].filter(({ subject }) => subject.kind !== "other");
        const names = open.map(({ subject: { kind, name } }) => (kind === "convergence" ? kind : `${kind} of ${name}`));
        return names.length > 0 ? names.join(", ") : undefined;
    }

    private begin(metadata: StepEventMetadata): void {
        if (["same", "refresh", "read", "replace"].includes(metadata.op)) return;
        this.begun.set(metadata.urn, { at: this.now(), subject: subjectOf(metadata) });
    }
}

/** What the program says, and the convergence, whose lines the engine takes for a passing state of its resource. */
function said({ severity, message, ephemeral, urn = "" }: NonNullable<EngineEvent["diagnosticEvent"]>): string[] {
    const text = message.trimEnd();
    if (severity !== "info" || !text || (ephemeral && !urn.includes("command:local:Command"))) return [];
    return text.split("\n");
}
