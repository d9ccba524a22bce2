import type * as grpc from "@grpc/grpc-js";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { Engine } from "./engine";
import { Work } from "./lifetime";
import { checkResponse, plainProperties, properties, serviceError, struct } from "./messages";
import type { Provider } from "./resource";
import { Resources } from "./resources";
import type { Served } from "./serve";

/** Pulumi's `ResourceProvider` protocol for one provider. */
export function served(provider: Provider): Served {
    const [engine, work] = [new Engine(), new Work()];
    const resources = new Resources(provider, engine);
    const unary = methodsOf(work);
    const cancelled = new AbortController();
    const { signal } = cancelled;
    const methods = {
        handshake: unary((request: proto.ProviderHandshakeRequest) => {
            engine.connect(request.getEngineAddress());
            return new proto.ProviderHandshakeResponse().setAcceptSecrets(true);
        }),
        checkConfig: unary((request: proto.CheckRequest) => checkConfiguration(provider, request)),
        configure: unary((request: proto.ConfigureRequest) => configure(provider, request)),
        check: unary((request: proto.CheckRequest) => resources.check(request)),
        diff: unary((request: proto.DiffRequest) => resources.diff(request)),
        create: unary(
            (request: proto.CreateRequest) => resources.create(request, signal),
            (request) => [request.getProperties()],
        ),
        read: unary(
            (request: proto.ReadRequest) => resources.read(request),
            (request) => [request.getProperties()],
        ),
        update: unary(
            (request: proto.UpdateRequest) => resources.update(request, signal),
            (request) => [request.getOlds(), request.getNews()],
        ),
        delete: unary(
            async (request: proto.DeleteRequest) => {
                await resources.delete(request, signal);
                return new Empty();
            },
            (request) => [request.getProperties()],
        ),
        invoke: unary((request: proto.InvokeRequest) => invoke(provider, request)),
        cancel: unary(() => {
            cancelled.abort();
            return new Empty();
        }),
        getPluginInfo: unary(() => new PluginInfo().setVersion(provider.version)),
    };
    return { service: ResourceProviderService, implementation: methods, work };
}

/**
 * Makes methods of the service, whose work is counted.
 * @param secrets what of a request may hold secrets, which no error repeats
 */
function methodsOf(work: Work) {
    return <Request, Response>(
        handler: (request: Request) => Response | Promise<Response>,
        secrets: (request: Request) => (Struct | undefined)[] = () => [],
    ): grpc.handleUnaryCall<Request, Response> =>
        ({ request }, callback) => {
            work.until(async () => handler(request)).then(
                (response) => callback(null, response),
                (error: unknown) => callback(serviceError(error, secrets(request).map(properties))),
            );
        };
}

function checkConfiguration(provider: Provider, request: proto.CheckRequest): proto.CheckResponse {
    const news = properties(request.getNews());
    return checkResponse(news, provider.checkConfiguration(plainProperties(news)));
}

async function configure(provider: Provider, request: proto.ConfigureRequest): Promise<proto.ConfigureResponse> {
    await provider.configure(plainProperties(properties(request.getArgs())));
    return new proto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
}

async function invoke(provider: Provider, request: proto.InvokeRequest): Promise<proto.InvokeResponse> {
    const run = provider.functions[request.getTok()];
    if (run === undefined) throw new Error(`the function "${request.getTok()}" is not served by this provider`);
    return new proto.InvokeResponse().setReturn(struct(await run(plainProperties(properties(request.getArgs())))));
}
