import { isDeepStrictEqual } from "node:util";
import { drainedMasters } from "../../redis/plan/drain/memory";
import type { EngineEvent, StepEventMetadata } from "./events";
import { convergence, nameOf, type Subject, subjectOf } from "./subject";

/** What Pulumi does, or plans to do, to one resource. */
export interface Change {
    op: "create" | "update" | "replace" | "delete" | "other";
    urn: string;
    subject: Subject;
    /** The properties because of which. */
    because: string[];
    /** Whether what a deletion is about stays on the host: the state forgets it only. */
    stays: boolean;
}

/** Gathers from the events of a preview, or of an update, what is done to each resource. */
export class Changes {
    private readonly found = new Map<string, Change>();
    /** Resources of which the state will say something else although nothing is done to them, each by URN. */
    private readonly noted = new Set<string>();
    /** URNs that resources had before they were renamed. */
    private readonly former = new Set<string>();
    /** The outputs of the stack, and those that it had, secrets masked. */
    outputs: Record<string, unknown> = {};
    before: Record<string, unknown> = {};
    /** The declared masters that handed over because their hosts drained when servers were converged the last time. */
    drained: readonly string[] = [];

    readonly add = ({ resourcePreEvent, resOutputsEvent }: EngineEvent): void => {
        const { metadata } = resourcePreEvent ?? resOutputsEvent ?? {};
        if (!metadata) return;
        const { op, urn, type, old, new: next } = metadata;
        if (type === "pulumi:pulumi:Stack" && resOutputsEvent && next) {
            this.outputs = next.outputs ?? {};
            this.before = old?.outputs ?? {};
        }
        if (type === convergence) this.drained = drainedBefore(old?.inputs?.stdin);
        const kind = kindOf(op);
        if (kind) this.put(kind, metadata);
        // Before its outputs are known, a resource has none.
        else if (op === "same" && resOutputsEvent) {
            if (isDeepStrictEqual(old, next)) this.noted.delete(urn);
            else this.noted.add(urn);
        } else if (op === "refresh" && resOutputsEvent && old && !next) this.noted.add(urn);
    };

    private put(op: Change["op"], metadata: StepEventMetadata): void {
        const { urn, old, diffs } = metadata;
        // What is renamed in the program is replaced under its new name, and deleted under the former one.
        if (metadata.op !== "delete-replaced" && old && old.urn !== urn) this.former.add(old.urn);
        const before = this.found.get(urn);
        this.found.set(urn, {
            // A replacement is a deletion and a creation, too, of the same resource.
            op: before && before.op !== op ? "replace" : op,
            urn,
            subject: subjectOf(metadata),
            because: diffs ?? before?.because ?? [],
            stays: old?.retainOnDelete ?? false,
        });
    }

    get all(): Change[] {
        return [...this.found.values()].filter(({ urn }) => !this.former.has(urn));
    }

    /** Whether there is nothing to do: neither on the hosts nor to the state. */
    get none(): boolean {
        return this.found.size === 0 && this.noted.size === 0;
    }

    /** What Pulumi calls the servers whose containers it replaces. */
    get replacedServers(): string[] {
        const servers = this.all.filter(({ op, subject }) => op === "replace" && subject.kind === "server");
        return servers.map(({ urn }) => nameOf(urn));
    }
}

/** Who had handed over, by the declaration that a convergence was given. */
function drainedBefore(model: unknown): readonly string[] {
    return typeof model === "string" ? (drainedMasters(JSON.parse(model)) ?? []) : [];
}

/** A step of Pulumi's engine as one of few kinds; undefined where nothing is done. */
function kindOf(op: string): Change["op"] | undefined {
    switch (op) {
        case "same":
        case "refresh":
        case "read":
            return undefined;
        case "create":
        case "update":
        case "delete":
            return op;
        case "replace":
        case "create-replacement":
        case "delete-replaced":
            return "replace";
        default:
            return "other";
    }
}
