import type Docker from "dockerode";
import { isObject, type Json, type Properties } from "../provider/values";
import { goDuration } from "./duration";

const mebibyte = 1024 * 1024;

/**
 * What the Engine says where nothing is declared: all that the official plugin has in its outputs and would take for
 * changed if it were not there. Like there, what an image brings of variables and labels is left out.
 */
export function computed(found: Docker.ContainerInspectInfo): Properties {
    const { Config, HostConfig, NetworkSettings, State } = found;
    const config = Config as typeof Config & { StopTimeout?: number; StopSignal?: string };
    const { Healthcheck } = config;
    const { Bridge = "" } = NetworkSettings as { Bridge?: string };
    return {
        bridge: Bridge,
        ...(State.Running ? {} : { exitCode: State.ExitCode }),
        networkDatas: Object.entries(NetworkSettings.Networks).map(([name, network]) => ({
            networkName: name,
            ipAddress: network.IPAddress,
            ipPrefixLength: network.IPPrefixLen,
            gateway: network.Gateway,
            globalIpv6Address: network.GlobalIPv6Address,
            globalIpv6PrefixLength: network.GlobalIPv6PrefixLen,
            ipv6Gateway: network.IPv6Gateway,
            macAddress: network.MacAddress,
        })),
        command: Config.Cmd ?? [],
        entrypoints: (Config.Entrypoint as string[] | null) ?? [],
        envs: [],
        labels: [],
        user: Config.User ?? "",
        workingDir: Config.WorkingDir ?? "",
        ...(Healthcheck?.Test && {
            healthcheck: {
                tests: Healthcheck.Test,
                interval: goDuration(Healthcheck.Interval ?? 0),
                timeout: goDuration(Healthcheck.Timeout ?? 0),
                startPeriod: goDuration(Healthcheck.StartPeriod ?? 0),
                startInterval: "0s",
                retries: Healthcheck.Retries ?? 0,
            },
        }),
        hostname: Config.Hostname,
        init: HostConfig.Init ?? false,
        ipcMode: HostConfig.IpcMode ?? "",
        logDriver: HostConfig.LogConfig?.Type ?? "",
        platform: found.Platform,
        runtime: HostConfig.Runtime ?? "",
        securityOpts: HostConfig.SecurityOpt ?? [],
        shmSize: (HostConfig.ShmSize ?? 0) / mebibyte,
        stopSignal: config.StopSignal ?? "",
        stopTimeout: config.StopTimeout ?? 0,
    };
}

/**
 * What may have become another in a container since it was declared. A stopped container has no published ports: one
 * that declares some is therefore replaced, and one without is started again.
 */
export function drifted(found: Docker.ContainerInspectInfo, declared: Properties): Properties {
    const { HostConfig, State } = found;
    const state: Properties = { name: found.Name.replace(/^\//, "") };
    if (declared.mustRun === true && !State.Running) {
        state.mustRun = false;
    }
    if (declared.ports !== undefined && (State.Running || declared.mustRun === true)) {
        state.ports = publishedPorts(found, declared.ports as Json[]);
    }
    // Only `docker update` changes these; those that were not declared are the Engine's own business.
    const limits: [string, Json | undefined][] = [
        ["restart", HostConfig.RestartPolicy?.Name || "no"],
        ["maxRetryCount", HostConfig.RestartPolicy?.MaximumRetryCount],
        ["memory", inMebibytes(HostConfig.Memory)],
        ["memorySwap", inMebibytes(HostConfig.MemorySwap)],
        ["memoryReservation", inMebibytes(HostConfig.MemoryReservation)],
        ["cpuShares", HostConfig.CpuShares],
        ["cpuSet", HostConfig.CpusetCpus],
    ];
    for (const [name, value] of limits) {
        if (declared[name] !== undefined && value !== undefined) {
            state[name] = value;
        }
    }
    return state;
}

/** The ports as the Engine published them, in the order of their declaration. */
function publishedPorts(found: Docker.ContainerInspectInfo, declared: Json[]): Json[] {
    const published = Object.entries(found.NetworkSettings.Ports ?? {}).flatMap(([key, bindings]) => {
        const [internal = "", protocol = "tcp"] = key.split("/");
        return (bindings ?? []).map(({ HostIp, HostPort }) => ({
            internal: Number(internal),
            external: Number(HostPort),
            ip: HostIp,
            protocol,
        }));
    });
    const position = (port: { internal: number; ip: string; protocol: string }) =>
        declared.findIndex(
            (wanted) =>
                isObject(wanted) &&
                wanted.internal === port.internal &&
                wanted.protocol === port.protocol &&
                wanted.ip === port.ip,
        );
    return published.sort((a, b) => position(a) - position(b));
}

function inMebibytes(size: number | undefined): number | undefined {
    return size !== undefined && size > 0 ? size / mebibyte : size;
}
