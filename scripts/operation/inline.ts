import type * as grpc from "@grpc/grpc-js";
import { languageRuntime } from "./sdk";

/** A program that Pulumi's CLI runs in this process, once for each preview and update. */
export interface Program {
    load(): () => Promise<unknown>;
}

/**
 * Adds Pulumi's language runtime to a server, as the Automation API serves inline programs: the CLI then asks this process
 * to run the program, and needs no language host and no second Node.js.
 */
export function serveProgram(server: grpc.Server, program: Program): void {
    const { service, implementation } = languageRuntime(async () => program.load()());
    server.addService(service, implementation);
}
