import * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { type JavaScriptValue, Struct } from "google-protobuf/google/protobuf/struct_pb";
import { untilDone } from "./lifetime";
import { InitializationError, type Provider, type ResourceType } from "./resource";
import type { Failure } from "./schema";
import { serve } from "./serve";
import { keepSecrets, type Properties, plain, withoutSecrets } from "./values";

type Handler<Request, Response> = (request: Request, signal: AbortSignal) => Promise<Response>;

/** Serves Pulumi's `ResourceProvider` protocol for one provider; `onOrphaned` runs when the engine has died. */
export function serveProvider(provider: Provider, onOrphaned?: () => void): void {
    const cancelled = new AbortController();

    function unary<Request, Response>(
        handler: Handler<Request, Response>,
        secrets: (request: Request) => Properties[] = () => [],
    ): grpc.handleUnaryCall<Request, Response> {
        return (call, callback) => {
            untilDone(() => handler(call.request, cancelled.signal)).then(
                (response) => callback(null, response),
                (error: unknown) => callback(serviceError(error, secrets(call.request))),
            );
        };
    }

    function typeOf(urn: string): ResourceType {
        const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
        const type = provider.resources[token];
        if (type === undefined) {
            throw new Error(`the resource type "${token}" is not served by this provider`);
        }
        return type;
    }

    function callOf(request: { getUrn(): string; getTimeout(): number }, signal: AbortSignal) {
        const urn = request.getUrn();
        const timeout = request.getTimeout();
        const signals = timeout > 0 ? [signal, AbortSignal.timeout(timeout * 1000)] : [signal];
        return { urn, name: nameOf(urn), signal: AbortSignal.any(signals) };
    }

    serve(
        ResourceProviderService,
        {
            handshake: unary(async () => {
                const response = new proto.ProviderHandshakeResponse();
                response.setAcceptSecrets(true);
                return response;
            }),

            checkConfig: unary(async (request: proto.CheckRequest) => {
                const news = properties(request.getNews());
                return checkResponse(news, provider.checkConfiguration(plainProperties(news)));
            }),

            configure: unary(async (request: proto.ConfigureRequest) => {
                await provider.configure(plainProperties(properties(request.getArgs())));
                const response = new proto.ConfigureResponse();
                response.setAcceptsecrets(true);
                response.setSupportspreview(true);
                return response;
            }),

            check: unary(async (request: proto.CheckRequest) => {
                const news = properties(request.getNews());
                const checked = typeOf(request.getUrn()).check(
                    plainProperties(news),
                    plainProperties(properties(request.getOlds())),
                    { name: nameOf(request.getUrn()), seed: request.getRandomseed_asB64() },
                );
                return checkResponse(keepSecrets(checked.inputs, news) as Properties, checked.failures);
            }),

            diff: unary(async (request: proto.DiffRequest) => {
                const state = plainProperties(properties(request.getOlds()));
                const inputs = plainProperties(properties(request.getOldInputs()));
                const news = plainProperties(properties(request.getNews()));
                const ignored = request.getIgnorechangesList();
                const change = typeOf(request.getUrn()).diff({ state, inputs }, news, ignored);
                return diffResponse(change);
            }),

            create: unary(
                async (request: proto.CreateRequest, signal) => {
                    const type = typeOf(request.getUrn());
                    const inputs = properties(request.getProperties());
                    const response = new proto.CreateResponse();
                    if (request.getPreview()) {
                        response.setProperties(outputs(type.preview(plainProperties(inputs), undefined), inputs));
                        return response;
                    }
                    const created = await type.create(plainProperties(inputs), callOf(request, signal));
                    response.setId(created.id);
                    response.setProperties(outputs(created.outputs, inputs));
                    return response;
                },
                (request) => [properties(request.getProperties())],
            ),

            read: unary(
                async (request: proto.ReadRequest) => {
                    const state = properties(request.getProperties());
                    const response = new proto.ReadResponse();
                    if (!request.hasInputs()) {
                        throw new Error("reading or importing a resource that is not in the stack is not served");
                    }
                    const read = await typeOf(request.getUrn()).read(request.getId(), plainProperties(state));
                    if (read !== undefined) {
                        response.setId(request.getId());
                        response.setProperties(outputs(read, state));
                        response.setInputs(request.getInputs());
                    }
                    return response;
                },
                (request) => [properties(request.getProperties())],
            ),

            update: unary(
                async (request: proto.UpdateRequest, signal) => {
                    const type = typeOf(request.getUrn());
                    const state = plainProperties(properties(request.getOlds()));
                    const news = properties(request.getNews());
                    const updated = request.getPreview()
                        ? type.preview(plainProperties(news), state)
                        : await type.update(request.getId(), state, plainProperties(news), callOf(request, signal));
                    const response = new proto.UpdateResponse();
                    response.setProperties(outputs(updated, news));
                    return response;
                },
                (request) => [properties(request.getOlds()), properties(request.getNews())],
            ),

            delete: unary(
                async (request: proto.DeleteRequest, signal) => {
                    const state = plainProperties(properties(request.getProperties()));
                    await typeOf(request.getUrn()).delete(request.getId(), state, callOf(request, signal));
                    return new Empty();
                },
                (request) => [properties(request.getProperties())],
            ),

            invoke: unary(async (request: proto.InvokeRequest) => {
                const run = provider.functions[request.getTok()];
                if (run === undefined) {
                    throw new Error(`the function "${request.getTok()}" is not served by this provider`);
                }
                const response = new proto.InvokeResponse();
                response.setReturn(struct(await run(plainProperties(properties(request.getArgs())))));
                return response;
            }),

            cancel: unary(async () => {
                cancelled.abort();
                return new Empty();
            }),

            getPluginInfo: unary(async () => {
                const response = new PluginInfo();
                response.setVersion(provider.version);
                return response;
            }),
        },
        onOrphaned,
    );
}

function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}

function properties(value: Struct | undefined): Properties {
    return (value?.toJavaScript() ?? {}) as Properties;
}

function plainProperties(value: Properties): Properties {
    return plain(value) as Properties;
}

function struct(value: Properties): Struct {
    return Struct.fromJavaScript(value as { [key: string]: JavaScriptValue });
}

/** What an official plugin notes about the outputs that it leaves, to read them back. It holds for those only. */
const officialNote = "__pulumi_raw_state_delta";

function outputs(value: Properties, original: Properties): Struct {
    const { [officialNote]: _, ...own } = value;
    return struct(keepSecrets(own, original) as Properties);
}

function checkResponse(inputs: Properties, failures: Failure[]): proto.CheckResponse {
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

function diffResponse(change: ReturnType<ResourceType["diff"]>): proto.DiffResponse {
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
function serviceError(error: unknown, secrets: Properties[]): Partial<grpc.StatusObject> {
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
