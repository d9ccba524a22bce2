import * as pulumi from "@pulumi/pulumi";
import { getMonitor } from "@pulumi/pulumi/runtime/settings";

/**
 * What Pulumi's SDK has no public way for. test/unit/components/sdk.spec.ts holds each against the version that is pinned.
 *
 * A deployment looks at its servers before it declares what depends on what it sees, and for that it needs values, not outputs.
 * `apply` hands a value to a function and tells nobody else: neither that the resource has failed nor, at a preview, that the
 * value is not known.
 */
interface OutputInside<T> {
    /** The value; undefined where it is not known. */
    promise(): Promise<T>;
    isKnown: Promise<boolean>;
}

const inside = <T>(output: pulumi.Output<T>) => output as unknown as OutputInside<T>;

/** The plain value of an output that is known also at preview. Fails as its resource does. */
export function settled<T>(output: pulumi.Output<T>): Promise<T> {
    return inside(output).promise();
}

/** The plain value of an output, secret or not; undefined where it is not known yet. */
export async function whereKnown<T>(output: pulumi.Output<T>): Promise<T | undefined> {
    return (await inside(output).isKnown) ? settled(pulumi.unsecret(output)) : undefined;
}

const ignored = () => undefined;

/**
 * Spares whoever runs a program Node.js's warnings that a rejection was handled late. An output that fails has several promises,
 * and the SDK waits for those that belong to the stack's outputs only once the program is loaded: Node.js has noticed them by
 * then, and would print a trace for each, beside the one error. Only the whole process can be asked not to.
 */
export function ignoreLateHandling(): void {
    if (!process.listeners("rejectionHandled").includes(ignored)) process.on("rejectionHandled", ignored);
}

/** The runs that this process has served for programs in other languages, by where the engine listens to each. */
const served = new Map<string, object>();

/**
 * What is the same for all that one run of a program declares, and another one for the next run: its stack. A process that
 * serves programs in other languages has none, but an engine that listens to this run alone.
 */
export function currentRun(): object | undefined {
    const stack = pulumi.runtime.getStackResource();
    if (stack) return stack;
    const monitor = getMonitor() as { getChannel?(): { getTarget(): string } } | undefined;
    const address = monitor?.getChannel?.().getTarget();
    if (address === undefined) return undefined;
    const run = served.get(address) ?? {};
    served.set(address, run);
    return run;
}

/**
 * Has a process that serves programs in other languages say nothing of refused deployments beside its answers. The SDK reports
 * each rejection that nobody handles, and a deployment that is refused has many: every output has promises of which nobody
 * knows. To be called when the SDK has begun to listen.
 */
export function leaveRefusalsOut(): void {
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason, promise) => {
        if (pulumi.RunError.isInstance(reason)) return;
        for (const listener of listeners) listener(reason, promise);
    });
}
