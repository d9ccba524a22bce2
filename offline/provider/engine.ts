import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

let client: EngineClient | undefined;

/** Shows a line next to the resource while it is worked on; a line that cannot be shown is no error. */
export function logStatus(urn: string, line: string): Promise<void> {
    // The engine's address is the last argument of every plugin.
    client ??= new EngineClient(process.argv.at(-1) ?? "", grpc.credentials.createInsecure());
    const request = new LogRequest();
    request.setSeverity(LogSeverity.INFO);
    request.setMessage(line);
    request.setUrn(urn);
    request.setEphemeral(true);
    return new Promise((resolve) => client?.log(request, () => resolve()));
}
