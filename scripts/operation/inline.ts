import type * as grpc from "@grpc/grpc-js";
import type { ILanguageRuntimeServer } from "@pulumi/pulumi/proto/language_grpc_pb";

/** A program that Pulumi's CLI runs in this process, once for each preview and update. */
export interface Program {
    load(): () => Promise<unknown>;
}

/**
 * Adds Pulumi's language runtime to a server, as the Automation API serves inline programs: the CLI then asks this process
 * to run the program, and needs no language host and no second Node.js.
 */
export function serveProgram(server: grpc.Server, program: Program): void {
    // The SDK declares no types for the class, which is the one that its Stack uses for inline programs.
    const { LanguageServer } = require("@pulumi/pulumi/automation/server");
    const { LanguageRuntimeService } = require("@pulumi/pulumi/proto/language_grpc_pb");
    const runtime: ILanguageRuntimeServer = new LanguageServer(async () => program.load()());
    server.addService(LanguageRuntimeService, runtime as unknown as grpc.UntypedServiceImplementation);
}
