import * as grpc from "@grpc/grpc-js";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";

/** The engine that a plugin works for. */
export class Engine {
    private client: EngineClient | undefined;

    /** Takes the engine's address, which the engine says before anything else. */
    connect(address: string): void {
        this.client = new EngineClient(address, grpc.credentials.createInsecure());
    }

    /** Shows a line next to the resource while it is worked on; a line that cannot be shown is no error. */
    logStatus(urn: string, line: string): Promise<void> {
        const request = new LogRequest();
        request.setSeverity(LogSeverity.INFO);
        request.setMessage(line);
        request.setUrn(urn);
        request.setEphemeral(true);
        return new Promise((resolve) => (this.client ? this.client.log(request, () => resolve()) : resolve()));
    }
}
