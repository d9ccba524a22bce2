import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Engine } from "./engine";
import { checkResponse, diffResponse, outputs, plainProperties, properties } from "./messages";
import type { Call, Provider, ResourceType } from "./resource";
import { keepSecrets, type Properties } from "./values";

/** A request about one resource. */
interface ResourceRequest {
    getUrn(): string;
    getTimeout(): number;
}

/** What Pulumi asks of a provider about resources. */
export class Resources {
    constructor(
        private readonly provider: Provider,
        private readonly engine: Engine,
    ) {}

    check(request: proto.CheckRequest): proto.CheckResponse {
        const news = properties(request.getNews());
        const checked = this.typeOf(request.getUrn()).check(
            plainProperties(news),
            plainProperties(properties(request.getOlds())),
            { name: nameOf(request.getUrn()), seed: request.getRandomseed_asB64() },
        );
        return checkResponse(keepSecrets(checked.inputs, news) as Properties, checked.failures);
    }

    diff(request: proto.DiffRequest): proto.DiffResponse {
        const state = plainProperties(properties(request.getOlds()));
        const inputs = plainProperties(properties(request.getOldInputs()));
        const news = plainProperties(properties(request.getNews()));
        return diffResponse(
            this.typeOf(request.getUrn()).diff({ state, inputs }, news, request.getIgnorechangesList()),
        );
    }

    async create(request: proto.CreateRequest, signal: AbortSignal): Promise<proto.CreateResponse> {
        const type = this.typeOf(request.getUrn());
        const inputs = properties(request.getProperties());
        const response = new proto.CreateResponse();
        if (request.getPreview()) {
            response.setProperties(outputs(type.preview(plainProperties(inputs), undefined), inputs));
            return response;
        }
        const created = await type.create(plainProperties(inputs), this.callOf(request, signal));
        response.setId(created.id);
        response.setProperties(outputs(created.outputs, inputs));
        return response;
    }

    async read(request: proto.ReadRequest): Promise<proto.ReadResponse> {
        const state = properties(request.getProperties());
        const response = new proto.ReadResponse();
        if (!request.hasInputs()) {
            throw new Error("reading or importing a resource that is not in the stack is not served");
        }
        const read = await this.typeOf(request.getUrn()).read(request.getId(), plainProperties(state));
        if (read !== undefined) {
            response.setId(request.getId());
            response.setProperties(outputs(read, state));
            response.setInputs(request.getInputs());
        }
        return response;
    }

    async update(request: proto.UpdateRequest, signal: AbortSignal): Promise<proto.UpdateResponse> {
        const type = this.typeOf(request.getUrn());
        const state = plainProperties(properties(request.getOlds()));
        const news = properties(request.getNews());
        const updated = request.getPreview()
            ? type.preview(plainProperties(news), state)
            : await type.update(request.getId(), state, plainProperties(news), this.callOf(request, signal));
        const response = new proto.UpdateResponse();
        response.setProperties(outputs(updated, news));
        return response;
    }

    async delete(request: proto.DeleteRequest, signal: AbortSignal): Promise<void> {
        const state = plainProperties(properties(request.getProperties()));
        await this.typeOf(request.getUrn()).delete(request.getId(), state, this.callOf(request, signal));
    }

    private typeOf(urn: string): ResourceType {
        const token = urn.split("::")[2]?.split("$").at(-1) ?? "";
        const type = this.provider.resources[token];
        if (type === undefined) throw new Error(`the resource type "${token}" is not served by this provider`);
        return type;
    }

    private callOf(request: ResourceRequest, signal: AbortSignal): Call {
        const urn = request.getUrn();
        const timeout = request.getTimeout();
        const signals = timeout > 0 ? [signal, AbortSignal.timeout(timeout * 1000)] : [signal];
        const log = (line: string) => this.engine.logStatus(urn, line);
        return { urn, name: nameOf(urn), signal: AbortSignal.any(signals), log };
    }
}

function nameOf(urn: string): string {
    return urn.split("::").slice(3).join("::");
}
