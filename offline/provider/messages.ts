import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { InitializationError, type ResourceType } from "./resource";
import type { Failure } from "./schema";
import { keepSecrets, type Properties, plain, withoutSecrets } from "./values";

/** What a message holds, secrets marked as they came. */
export function properties(value: Struct | undefined): Properties {
    return (value?.toJavaScript() ?? {}) as Properties;
}

/** The same without the marks of secrets. */
export function plainProperties(value: Properties): Properties {
    return plain(value) as Properties;
}

export function struct(value: Properties): Struct {
    return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}

/** What an official plugin notes about the outputs that it leaves, to read them back. It holds for those only. */
const officialNote = "__pulumi_raw_state_delta";

/** Outputs in which those are secret that were given as secrets. */
export function outputs(value: Properties, original: Properties): Struct {
    const { [officialNote]: _, ...own } = value;
    return struct(keepSecrets(own, original) as Properties);
}

export function checkResponse(inputs: Properties, failures: Failure[]): proto.CheckResponse {
    const response = new proto.CheckResponse();
    response.setInputs(struct(inputs));
    for (const { reason } of failures) {
        // The reason names the property. Named apart, it would make the engine print its value, secret or not.
        const failure = new proto.CheckFailure();
        failure.setReason(reason);
        response.addFailures(failure);
    }
    return response;
}

export function diffResponse(change: ReturnType<ResourceType["diff"]>): proto.DiffResponse {
    const { DIFF_NONE, DIFF_SOME } = proto.DiffResponse.DiffChanges;
    const response = new proto.DiffResponse();
    response.setChanges(change.changes.length > 0 ? DIFF_SOME : DIFF_NONE);
    response.setDiffsList(change.changes);
    response.setReplacesList(change.replaces);
    response.setDeletebeforereplace(change.deleteBeforeReplace && change.replaces.length > 0);
    if (change.drifted) {
        const { UPDATE, UPDATE_REPLACE } = proto.PropertyDiff.Kind;
        response.setHasdetaileddiff(true);
        for (const name of change.changes) {
            const detail = new proto.PropertyDiff();
            detail.setKind(change.replaces.includes(name) ? UPDATE_REPLACE : UPDATE);
            response.getDetaileddiffMap().set(name, detail);
        }
    }
    return response;
}

/** The error as the engine reads it: without secrets, and with the outputs of a resource that exists but failed. */
export function serviceError(error: unknown, secrets: Properties[]): Partial<grpc.StatusObject> {
    const text = withoutSecrets(error instanceof Error ? error.message : String(error), ...secrets);
    const metadata = new grpc.Metadata();
    if (error instanceof InitializationError) {
        const detail = new proto.ErrorResourceInitFailed();
        detail.setId(error.id);
        detail.setProperties(outputs(error.outputs, secrets.at(-1) ?? {}));
        detail.setReasonsList([text]);
        const any = new Any();
        any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
        const status = new Status();
        status.setCode(grpc.status.UNKNOWN);
        status.setMessage(text);
        status.addDetails(any);
        metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
    }
    return { code: grpc.status.UNKNOWN, details: text, metadata };
}
