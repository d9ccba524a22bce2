import type { Failure } from "./schema";
import type { Properties } from "./values";

/** What comes with every request about a resource. */
export interface Call {
    urn: string;
    /** The resource's name in the program. */
    name: string;
    /** Aborted when the resource's custom timeout has passed or the user cancels. */
    signal: AbortSignal;
    /** Shows a line next to the resource. */
    log(line: string): Promise<void>;
}

/** What changes, by property. */
export interface Change {
    changes: string[];
    /** Those of the changes that need a new resource. */
    replaces: string[];
    /** Whether the old resource must go before the new one comes. */
    deleteBeforeReplace: boolean;
    /** Whether the resource itself has changed, not only the program: the engine cannot see that by itself. */
    drifted?: boolean;
}

/** Inputs with their defaults, and why they are refused. */
export interface Checked {
    inputs: Properties;
    failures: Failure[];
}

/** One resource type. Values come and go without the marks of secrets: the server takes care of those. */
export interface ResourceType {
    /** `olds` are the inputs of the resource that exists, if one does; `seed` makes generated names repeatable. */
    check(news: Properties, olds: Properties, call: { name: string; seed: string }): Checked;
    diff(old: { state: Properties; inputs: Properties }, news: Properties, ignoreChanges: string[]): Change;
    /** The outputs that a create or an update is going to have, unknown where only the update can tell. */
    preview(inputs: Properties, state: Properties | undefined): Properties;
    create(inputs: Properties, call: Call): Promise<{ id: string; outputs: Properties }>;
    /** The outputs as they are now; nothing if the resource is gone. */
    read(id: string, state: Properties): Promise<Properties | undefined>;
    update(id: string, state: Properties, news: Properties, call: Call): Promise<Properties>;
    delete(id: string, state: Properties, call: Call): Promise<void>;
}

/** A provider: its configuration, its resource types and its functions. */
export interface Provider {
    name: string;
    version: string;
    checkConfiguration(configuration: Properties): Failure[];
    configure(configuration: Properties): Promise<void>;
    resources: Record<string, ResourceType>;
    functions: Record<string, (args: Properties) => Promise<Properties>>;
}

/** The resource exists but does not work: it is kept in the state, and the update fails. */
export class InitializationError extends Error {
    constructor(
        readonly id: string,
        readonly outputs: Properties,
        reason: string,
    ) {
        super(reason);
    }
}
