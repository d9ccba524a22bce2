import type Docker from "dockerode";
import type { Provider } from "../provider/resource";
import { check, type Failure, type Schema } from "../provider/schema";
import type { Json, Properties } from "../provider/values";
import { connect, type ProviderConfiguration } from "./connection";
import { container } from "./container";
import { network } from "./network";
import { getRemoteImage, remoteImage } from "./remoteImage";
import { volume } from "./volume";

const configuration: Schema = {
    version: { type: "string" },
    host: { type: "string" },
    certPath: { type: "string" },
    caMaterial: { type: "string" },
    certMaterial: { type: "string" },
    keyMaterial: { type: "string" },
    // The SDK sends what is not a string as JSON.
    sshOpts: { type: "any" },
    disableDockerDaemonCheck: {
        type: "any",
        refuse: (value) => (parsed(value) === true ? "is not served: the Engine is always looked for" : undefined),
    },
};

function parsed(value: Json | undefined): Json | undefined {
    return typeof value === "string" ? (JSON.parse(value) as Json) : value;
}

function checkConfiguration(properties: Properties): Failure[] {
    const { failures } = check(configuration, properties);
    if (process.env.DOCKER_CONTEXT) {
        failures.push({ property: "context", reason: "DOCKER_CONTEXT is not served: unset it and give the host" });
    }
    return failures;
}

/** The docker provider. Each is configured once, for one Engine. */
export function dockerProvider(version: string): Provider {
    let connection: Docker | undefined;
    const client = () => {
        if (connection === undefined) throw new Error("the provider is not configured");
        return connection;
    };
    return {
        name: "docker",
        version,
        checkConfiguration,
        async configure(properties) {
            const sshOpts = parsed(properties.sshOpts) ?? undefined;
            connection = await connect({ ...properties, sshOpts } as ProviderConfiguration);
        },
        resources: {
            "docker:index/container:Container": container(client),
            "docker:index/network:Network": network(client),
            "docker:index/remoteImage:RemoteImage": remoteImage(client),
            "docker:index/volume:Volume": volume(client),
        },
        functions: {
            "docker:index/getRemoteImage:getRemoteImage": getRemoteImage(client),
        },
    };
}
