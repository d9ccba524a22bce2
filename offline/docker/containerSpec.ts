import type Docker from "dockerode";
import type { Properties } from "../provider/values";
import { duration } from "./duration";
import { labelMap } from "./labels";
import type { Upload } from "./uploads";

/** The inputs of a container that was checked against the schema. */
export interface ContainerInputs {
    name: string;
    image: string;
    command?: string[];
    entrypoints?: string[];
    envs?: string[];
    labels?: { label: string; value: string }[];
    hostname?: string;
    user?: string;
    workingDir?: string;
    readOnly?: boolean;
    privileged?: boolean;
    init?: boolean;
    tty?: boolean;
    stdinOpen?: boolean;
    capabilities?: { adds?: string[]; drops?: string[] };
    securityOpts?: string[];
    groupAdds?: string[];
    sysctls?: Record<string, string>;
    ulimits?: { name: string; soft: number; hard: number }[];
    restart: string;
    maxRetryCount?: number;
    memory?: number;
    memorySwap?: number;
    memoryReservation?: number;
    cpuShares?: number;
    cpuSet?: string;
    cpus?: string;
    shmSize?: number;
    stopSignal?: string;
    stopTimeout?: number;
    destroyGraceSeconds?: number;
    removeVolumes: boolean;
    rm?: boolean;
    mounts?: Mount[];
    volumes?: Volume[];
    tmpfs?: Record<string, string>;
    uploads?: Upload[];
    networkMode: string;
    networksAdvanced?: { name: string; aliases?: string[]; ipv4Address?: string; ipv6Address?: string }[];
    ports?: Port[];
    hosts?: { host: string; ip: string }[];
    ipcMode?: string;
    pidMode?: string;
    logDriver?: string;
    logOpts?: Record<string, string>;
    healthcheck?: { tests: string[]; interval: string; timeout: string; startPeriod: string; retries?: number };
    start: boolean;
    mustRun: boolean;
    wait?: boolean;
    waitTimeout: number;
}

/** A published port. */
export interface Port {
    internal: number;
    external?: number;
    ip: string;
    protocol: string;
}

interface Mount {
    target: string;
    type: Docker.MountType;
    source?: string;
    readOnly?: boolean;
    bindOptions?: { propagation?: Docker.MountPropagation };
    volumeOptions?: { noCopy?: boolean; driverName?: string; driverOptions?: Record<string, string> };
    tmpfsOptions?: { sizeBytes?: number; mode?: number };
}

interface Volume {
    containerPath?: string;
    fromContainer?: string;
    hostPath?: string;
    volumeName?: string;
    readOnly?: boolean;
}

const mebibyte = 1024 * 1024;

/** Checked properties as the inputs of a container. */
export function containerInputs(properties: Properties): ContainerInputs {
    return properties as unknown as ContainerInputs;
}

/** The container as the Engine is asked to create it. */
export function containerSpec(inputs: ContainerInputs): Docker.ContainerCreateOptions {
    const ports = inputs.ports ?? [];
    const key = ({ internal, protocol }: Port) => `${internal}/${protocol}`;
    const volumes = inputs.volumes ?? [];
    return {
        name: inputs.name,
        Image: inputs.image,
        Cmd: inputs.command,
        Entrypoint: inputs.entrypoints,
        Env: inputs.envs,
        Labels: labelMap(inputs.labels),
        Hostname: inputs.hostname,
        User: inputs.user,
        WorkingDir: inputs.workingDir,
        Tty: inputs.tty,
        OpenStdin: inputs.stdinOpen,
        StopSignal: inputs.stopSignal,
        StopTimeout: inputs.stopTimeout,
        Healthcheck: inputs.healthcheck && {
            Test: inputs.healthcheck.tests,
            Interval: duration(inputs.healthcheck.interval),
            Timeout: duration(inputs.healthcheck.timeout),
            StartPeriod: duration(inputs.healthcheck.startPeriod),
            Retries: inputs.healthcheck.retries,
        },
        ExposedPorts: Object.fromEntries(ports.map((port) => [key(port), {}])),
        Volumes: Object.fromEntries(volumes.filter(isAnonymous).map(({ containerPath }) => [containerPath ?? "", {}])),
        HostConfig: {
            ...resources(inputs),
            NanoCpus: inputs.cpus === undefined ? undefined : Math.round(Number(inputs.cpus) * 1e9),
            ShmSize: inputs.shmSize === undefined ? undefined : inputs.shmSize * mebibyte,
            NetworkMode: inputs.networkMode,
            PortBindings: portBindings(ports, key),
            ExtraHosts: inputs.hosts?.map(({ host, ip }) => `${host}:${ip}`),
            IpcMode: inputs.ipcMode,
            PidMode: inputs.pidMode,
            Init: inputs.init,
            AutoRemove: inputs.rm,
            ReadonlyRootfs: inputs.readOnly,
            Privileged: inputs.privileged,
            CapAdd: inputs.capabilities?.adds,
            CapDrop: inputs.capabilities?.drops,
            SecurityOpt: inputs.securityOpts,
            GroupAdd: inputs.groupAdds,
            Sysctls: inputs.sysctls,
            Ulimits: inputs.ulimits?.map(({ name, soft, hard }) => ({ Name: name, Soft: soft, Hard: hard })),
            Mounts: inputs.mounts?.map(mount),
            Binds: volumes.filter((volume) => !isAnonymous(volume) && !volume.fromContainer).map(bind),
            VolumesFrom: volumes.flatMap(({ fromContainer }) => (fromContainer ? [fromContainer] : [])),
            Tmpfs: inputs.tmpfs,
            LogConfig: { Type: inputs.logDriver ?? "", Config: inputs.logOpts ?? {} },
        },
    };
}

/** What the Engine can change in a container that exists. */
export function resources(inputs: ContainerInputs): object {
    const bytes = (size: number | undefined) => (size !== undefined && size > 0 ? size * mebibyte : size);
    return {
        RestartPolicy: { Name: inputs.restart, MaximumRetryCount: inputs.maxRetryCount ?? 0 },
        Memory: bytes(inputs.memory),
        MemorySwap: bytes(inputs.memorySwap),
        MemoryReservation: bytes(inputs.memoryReservation),
        CpuShares: inputs.cpuShares,
        CpusetCpus: inputs.cpuSet,
    };
}

function portBindings(
    ports: Port[],
    key: (port: Port) => string,
): Record<string, { HostIp: string; HostPort: string }[]> {
    const bindings: Record<string, { HostIp: string; HostPort: string }[]> = {};
    for (const port of ports) {
        const binding = { HostIp: port.ip, HostPort: port.external ? String(port.external) : "" };
        bindings[key(port)] = [...(bindings[key(port)] ?? []), binding];
    }
    return bindings;
}

function mount({
    target,
    type,
    source,
    readOnly,
    bindOptions,
    volumeOptions,
    tmpfsOptions,
}: Mount): Docker.MountSettings {
    const { noCopy = false, driverName, driverOptions } = volumeOptions ?? {};
    return {
        Target: target,
        Type: type,
        Source: source ?? "",
        ReadOnly: readOnly ?? false,
        ...(bindOptions?.propagation && { BindOptions: { Propagation: bindOptions.propagation } }),
        ...(volumeOptions && {
            VolumeOptions: {
                NoCopy: noCopy,
                Labels: {},
                DriverConfig: { Name: driverName ?? "", Options: driverOptions ?? {} },
            },
        }),
        ...(tmpfsOptions && { TmpfsOptions: { SizeBytes: tmpfsOptions.sizeBytes ?? 0, Mode: tmpfsOptions.mode ?? 0 } }),
    };
}

function isAnonymous({ fromContainer, hostPath, volumeName }: Volume): boolean {
    return !fromContainer && !hostPath && !volumeName;
}

function bind({ containerPath, hostPath, volumeName, readOnly }: Volume): string {
    return `${hostPath || volumeName}:${containerPath}:${readOnly ? "ro" : "rw"}`;
}
