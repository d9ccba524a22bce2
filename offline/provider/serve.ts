import * as grpc from "@grpc/grpc-js";
import { endWithEngine } from "./lifetime";

/** Serves a plugin's services on a free local port and tells the engine which, as the first line of output. */
export function serve(
    service: grpc.ServiceDefinition,
    implementation: grpc.UntypedServiceImplementation,
    onOrphaned?: () => void,
): void {
    const unlimited = 400 * 1024 * 1024;
    const server = new grpc.Server({
        "grpc.max_receive_message_length": unlimited,
        "grpc.max_send_message_length": unlimited,
    });
    server.addService(service, implementation);
    server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
        if (error !== null) {
            throw error;
        }
        console.log(port);
        endWithEngine(onOrphaned);
    });
}
