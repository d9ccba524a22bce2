import type * as grpc from "@grpc/grpc-js";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import type { EventRequest } from "@pulumi/pulumi/proto/events_pb";

export type { EngineEvent, PolicyEvent, StepEventMetadata } from "@pulumi/pulumi/automation";

/** Adds to a server what receives the events of Pulumi's engine, each as it happens. */
export function serveEvents(server: grpc.Server, on: (event: EngineEvent) => void): void {
    const { EventsService } = require("@pulumi/pulumi/proto/events_grpc_pb");
    const streamEvents: grpc.handleClientStreamingCall<EventRequest, unknown> = (call, callback) => {
        call.on("data", (request) => on(JSON.parse(request.getEvent())));
        call.on("end", () => callback(null, EventsService.streamEvents.responseDeserialize(Buffer.alloc(0))));
        // The CLI has gone, which its exit code tells.
        call.on("error", () => undefined);
    };
    server.addService(EventsService, { streamEvents });
}
