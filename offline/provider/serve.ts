import * as grpc from "@grpc/grpc-js";
import { endWithEngine, type Work } from "./lifetime";

/** What a plugin serves. */
export interface Served {
    service: grpc.ServiceDefinition;
    implementation: grpc.UntypedServiceImplementation;
    /** What of it is being done. */
    work: Work;
    /** Called when the engine has died. */
    onOrphaned?(): void;
}

/** Serves a plugin on a free local port and tells the engine which, as the first line of output. Ends with the engine. */
export async function serve(served: Served): Promise<void> {
    const { port } = await listen(served);
    console.log(port);
    endWithEngine(served.work, served.onOrphaned);
}

/** Serves a plugin on a free local port. */
export async function listen({ service, implementation }: Served): Promise<{ server: grpc.Server; port: number }> {
    const unlimited = 400 * 1024 * 1024;
    const server = new grpc.Server({
        "grpc.max_receive_message_length": unlimited,
        "grpc.max_send_message_length": unlimited,
    });
    server.addService(service, implementation);
    return { server, port: await bind(server) };
}

/** Has a server listen on a free local port, and returns that. */
export function bind(server: grpc.Server): Promise<number> {
    return new Promise((resolve, reject) => {
        server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) =>
            error ? reject(error) : resolve(port),
        );
    });
}
