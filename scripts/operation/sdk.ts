import type * as grpc from "@grpc/grpc-js";

/**
 * What Pulumi's SDK has no public way for, without types. test/unit/scripts/sdk.spec.ts holds each against the version that is
 * pinned.
 */

/** What serves a program to the CLI, as the SDK's own Stack does for inline programs. */
export function languageRuntime(program: () => Promise<unknown>): {
    service: grpc.ServiceDefinition;
    implementation: grpc.UntypedServiceImplementation;
} {
    const { LanguageServer } = require("@pulumi/pulumi/automation/server");
    const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
    return { service: LanguageRuntimeService, implementation: new LanguageServer(program) };
}

/** Spares the engine what is only for debugging: every resource whole, three times, for a log that nobody reads, with secrets in clear. */
export function logNothingForDebugging(): void {
    require("@pulumi/pulumi/log").debug = async () => undefined;
}
