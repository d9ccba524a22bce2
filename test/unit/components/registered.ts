import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";
import { settled } from "../../../components/sdk";

/** A resource as a program registers it. */
export interface Registered {
    urn: string;
    /** Without the project and the stack. */
    parent: unknown;
    /** Whether Pulumi's providers make it; components are not. */
    custom: boolean;
    /** What else is asked of Pulumi; only what was said. */
    options: Record<string, unknown>;
    /** Secrets are `{ secret: ... }`. */
    inputs: Record<string, unknown>;
    /** What a component says of itself once all of it is there. */
    outputs?: Record<string, unknown>;
}

/** The key by which Pulumi marks a secret. */
const signature = "4dabf18193072939515e22adb298388d";

/** What of a registration is told apart, and nothing that only says how SDK and engine talk. */
const options = [
    "provider",
    "dependenciesList",
    "ignorechangesList",
    "replaceonchangesList",
    "deletebeforereplace",
    "retainondelete",
    "protect",
    "additionalsecretoutputsList",
    "aliasesList",
] as const;

/**
 * Runs a program as a preview without engine and providers, and returns every resource that it registers, by URN.
 *
 * @param config the stack's configuration, texts as Pulumi hands them over
 * @param program what declares resources; returns outputs that follow from all of them
 * @param outputs what resources of a type have beside their inputs
 */
export async function registered(
    stack: string,
    config: Record<string, string>,
    program: () => Promise<unknown>,
    outputs: (type: string, name: string) => Record<string, unknown>,
): Promise<Registered[]> {
    const mocks: pulumi.runtime.Mocks = {
        newResource: ({ type, name, inputs }) => ({
            id: `${name}-id`,
            state: { ...inputs, ...outputs(type, name) },
        }),
        call: ({ token }) => {
            throw new Error(`nothing answers ${token}`);
        },
    };
    await pulumi.runtime.setMocks(mocks, "redis", stack, true);
    pulumi.runtime.setAllConfig(config);
    const found: Registered[] = [];
    // Mocks are not told what is asked of the engine.
    const monitor = getMonitor() as unknown as Monitor;
    const register = monitor.registerResource.bind(monitor);
    const registerOutputs = monitor.registerResourceOutputs.bind(monitor);
    const finished: Promise<void>[] = [];
    const finish = new Map<string, () => void>();
    monitor.registerResource = (request, callback) => {
        const asked = request.toObject();
        const urn = monitor.newUrn(asked.parent as string, asked.type as string, asked.name as string);
        if (!asked.custom) finished.push(new Promise((resolve) => finish.set(urn, resolve)));
        found.push({
            urn,
            parent: short(asked.parent),
            custom: asked.custom === true,
            options: Object.fromEntries(
                options.filter((name) => isSaid(asked[name])).map((name) => [name, short(asked[name])]),
            ),
            inputs: plain(request.getObject()?.toJavaScript() ?? {}, asked.type === "pulumi:index:Stash"),
        });
        return register(request, callback);
    };
    monitor.registerResourceOutputs = (request, callback) => {
        const resource = found.find(({ urn }) => urn === request.getUrn());
        if (resource) resource.outputs = plain(request.getOutputs()?.toJavaScript() ?? {}, false);
        finish.get(request.getUrn())?.();
        return registerOutputs(request, callback);
    };
    // Outputs are known once everything is registered.
    await settled(pulumi.output(await program()));
    await Promise.all(finished);
    return found.sort((a, b) => a.urn.localeCompare(b.urn));
}

interface Request {
    toObject(): Record<string, unknown>;
    getObject(): { toJavaScript(): unknown } | undefined;
}
interface OutputsRequest {
    getUrn(): string;
    getOutputs(): { toJavaScript(): unknown } | undefined;
}
interface Monitor {
    registerResource(request: Request, callback: unknown): Promise<void>;
    registerResourceOutputs(request: OutputsRequest, callback: unknown): void;
    newUrn(parent: string, type: string, name: string): string;
}

const isSaid = (value: unknown): boolean =>
    Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false && value !== "";

/** Without the same beginning of each URN, and dependencies in one order. */
function short(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(short).sort();
    return typeof value === "string" ? value.replace(/^urn:pulumi:[^:]*::[^:]*::/, "") : value;
}

/** @param made whether texts are made up anew each time */
function plain(value: unknown, made: boolean): Registered["inputs"] {
    const inner = (value: unknown): unknown => {
        if (Array.isArray(value)) return value.map(inner);
        if (typeof value !== "object" || value === null) return made ? "made up once" : value;
        if (Object.hasOwn(value, signature)) return { secret: inner((value as { value?: unknown }).value) };
        return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, inner(one)]));
    };
    return inner(value) as Registered["inputs"];
}
