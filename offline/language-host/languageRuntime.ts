import { spawn } from "node:child_process";
import { once } from "node:events";
import * as grpc from "@grpc/grpc-js";
import * as proto from "@pulumi/pulumi/proto/language_pb";
import { PackageDependency, PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { Work } from "../provider/lifetime";
import { installedPackages, programPackage } from "./packages";
import { startNode } from "./program";

declare const PLUGIN_VERSION: string;

/** What of it is being done. */
export const work = new Work();

// The program has told its error to the user itself; the engine must not tell it again.
const reportedExitCode = 32;

function unary<Request, Response>(handler: (request: Request) => Promise<Response>) {
    const method: grpc.handleUnaryCall<Request, Response> = (call, callback) => {
        work.until(() => handler(call.request)).then(
            (response) => callback(null, response),
            (error: Error) => callback({ code: grpc.status.UNKNOWN, details: error.message }),
        );
    };
    return method;
}

function streaming<Request, Response>(
    handler: (request: Request, call: grpc.ServerWritableStream<Request, Response>) => Promise<void>,
) {
    const method: grpc.handleServerStreamingCall<Request, Response> = (call) => {
        work.until(() => handler(call.request, call)).then(
            () => call.end(),
            // Destroyed, the call would end without a status, and the engine would wait for one for ever.
            (error: Error) => call.emit("error", { code: grpc.status.UNKNOWN, details: error.message }),
        );
    };
    return method;
}

/** Pulumi's `LanguageRuntime` service for programs and policy packs of Node.js. */
export const languageRuntime: grpc.UntypedServiceImplementation = {
    handshake: unary(async () => new proto.LanguageHandshakeResponse()),

    getPluginInfo: unary(async () => {
        const response = new PluginInfo();
        response.setVersion(PLUGIN_VERSION);
        return response;
    }),

    about: unary(async () => {
        const response = new proto.AboutResponse();
        response.setExecutable(process.execPath);
        response.setVersion(process.version);
        return response;
    }),

    runtimeOptionsPrompts: unary(async () => new proto.RuntimeOptionsResponse()),

    getRequiredPackages: unary(async (request: proto.GetRequiredPackagesRequest) => {
        const response = new proto.GetRequiredPackagesResponse();
        for (const { name, version, pulumi } of installedPackages(folderOf(request))) {
            if (pulumi?.resource) {
                const dependency = new PackageDependency();
                dependency.setName(pulumi.name ?? name.replace(/^@pulumi\//, ""));
                dependency.setKind("resource");
                dependency.setVersion(`v${(pulumi.version ?? version).replace(/^v/, "")}`);
                dependency.setServer(pulumi.server ?? "");
                response.addPackages(dependency);
            }
        }
        return response;
    }),

    getProgramDependencies: unary(async (request: proto.GetProgramDependenciesRequest) => {
        const folder = folderOf(request);
        const { dependencies, devDependencies } = programPackage(folder) ?? {};
        const direct = { ...dependencies, ...devDependencies };
        const response = new proto.GetProgramDependenciesResponse();
        for (const { name, version } of installedPackages(folder)) {
            if (request.getTransitivedependencies() || name in direct) {
                const dependency = new proto.DependencyInfo();
                dependency.setName(name);
                dependency.setVersion(version);
                response.addDependencies(dependency);
            }
        }
        return response;
    }),

    installDependencies: streaming(
        async (
            request: proto.InstallDependenciesRequest,
            call: grpc.ServerWritableStream<proto.InstallDependenciesRequest, proto.InstallDependenciesResponse>,
        ) => {
            const child = spawn("npm", ["install"], {
                cwd: request.getInfo()?.getProgramDirectory() || request.getDirectory(),
                stdio: ["ignore", "pipe", "pipe"],
            });
            child.stdout.on("data", (chunk: Buffer) => {
                call.write(new proto.InstallDependenciesResponse().setStdout(chunk));
            });
            child.stderr.on("data", (chunk: Buffer) => {
                call.write(new proto.InstallDependenciesResponse().setStderr(chunk));
            });
            const [code] = await once(child, "close");
            if (code !== 0) {
                throw new Error(`npm install failed with exit code ${code}`);
            }
        },
    ),

    run: unary(async (request: proto.RunRequest) => {
        const options = optionsOf(request);
        const child = startNode("run", {
            folder: folderOf(request),
            nodeArgs: words(options.nodeargs),
            args: runArguments(request),
            options: {
                cwd: request.getPwd(),
                // The engine shows what a language host writes as output of the program.
                stdio: ["ignore", "inherit", "inherit"],
                env: {
                    ...process.env,
                    PULUMI_CONFIG: JSON.stringify(Object.fromEntries(request.getConfigMap().toArray())),
                    PULUMI_CONFIG_SECRET_KEYS: JSON.stringify(request.getConfigsecretkeysList()),
                    PULUMI_NODEJS_TYPESCRIPT: String(options.typescript !== false),
                    ...(typeof options.tsconfig === "string" && { PULUMI_NODEJS_TSCONFIG_PATH: options.tsconfig }),
                },
            },
        });
        const [code, signal] = await once(child, "close");
        const response = new proto.RunResponse();
        if (code === reportedExitCode) {
            response.setBail(true);
        } else if (code !== 0) {
            const how = signal === null ? `exited with non-zero exit code: ${code}` : `was ended by ${signal}`;
            response.setError(`the program ${how}`);
        }
        return response;
    }),

    runPlugin: streaming(
        async (
            request: proto.RunPluginRequest,
            call: grpc.ServerWritableStream<proto.RunPluginRequest, proto.RunPluginResponse>,
        ) => {
            const isPolicyPack = request.getKind() === "analyzer";
            const folder = folderOf(request);
            const nodeArgs = words(optionsOf(request).nodeargs);
            const args = request.getArgsList();
            const child = startNode(isPolicyPack ? "run-policy-pack" : "run-plugin", {
                folder,
                // As with the official language host, these do not reach Node.js in a policy pack.
                nodeArgs: isPolicyPack ? [] : nodeArgs,
                args: isPolicyPack ? [...nodeArgs, ...args, folder] : [folder, ...args],
                options: {
                    cwd: isPolicyPack ? folder : request.getPwd(),
                    stdio: ["ignore", "pipe", "pipe"],
                    env: Object.fromEntries(request.getEnvList().map(variable)),
                },
            });
            call.on("cancelled", () => child.kill());
            child.stdout?.on("data", (chunk: Buffer) => call.write(new proto.RunPluginResponse().setStdout(chunk)));
            child.stderr?.on("data", (chunk: Buffer) => call.write(new proto.RunPluginResponse().setStderr(chunk)));
            const [code] = await once(child, "close");
            call.write(new proto.RunPluginResponse().setExitcode(code ?? 1));
        },
    ),
};

function folderOf(request: { getInfo(): proto.ProgramInfo | undefined }): string {
    return request.getInfo()?.getProgramDirectory() ?? process.cwd();
}

function optionsOf(request: { getInfo(): proto.ProgramInfo | undefined }): Record<string, unknown> {
    return request.getInfo()?.getOptions()?.toJavaScript() ?? {};
}

function words(text: unknown): string[] {
    return typeof text === "string" ? text.split(/\s+/).filter((word) => word !== "") : [];
}

function variable(assignment: string): [string, string] {
    const equals = assignment.indexOf("=");
    return [assignment.slice(0, equals), assignment.slice(equals + 1)];
}

function runArguments(request: proto.RunRequest): string[] {
    const info = request.getInfo();
    const flags = {
        monitor: request.getMonitorAddress(),
        engine: process.argv.at(-1) ?? "",
        organization: request.getOrganization(),
        project: request.getProject(),
        "root-directory": info?.getRootDirectory() ?? "",
        stack: request.getStack(),
        pwd: request.getPwd(),
        parallel: request.getParallel() > 0 ? String(request.getParallel()) : "",
    };
    const given = Object.entries(flags).filter(([, value]) => value !== "");
    return [
        ...given.flatMap(([name, value]) => [`--${name}`, value]),
        ...(request.getDryrun() ? ["--dry-run"] : []),
        info?.getEntryPoint() || request.getProgram(),
        ...request.getArgsList(),
    ];
}
