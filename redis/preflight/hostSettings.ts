import type { Problem } from "../declaration/problem";
import type { Model } from "../model/model";

/** What a host's kernel is set to, as far as it could be read. */
export interface KernelSettings {
    host: string;
    /** `net.core.somaxconn`: the longest queue of connections that wait to be accepted. */
    somaxconn: number;
    /** `vm.overcommit_memory`: 1 lets a large process fork when memory is short. */
    overcommit: number;
    /** The choice in `/sys/kernel/mm/transparent_hugepage/enabled`: `always`, `madvise` or `never`. */
    hugePages: string;
}

/**
 * What the hosts' kernels keep from servers. In a network of its own a container has a `somaxconn` of its own, which
 * Docker sets; on the host's network that is the host's to set, and a declared `tcp-backlog` beyond it cannot be had.
 */
export function hostProblems(model: Model, kernels: KernelSettings[]): Problem[] {
    if (model.network.mode !== "host") return [];
    return kernels.flatMap(({ host, somaxconn }) =>
        model.nodes.flatMap((node, index): Problem[] => {
            const backlog = Number(node.settings["tcp-backlog"] ?? 0);
            if (node.host !== host || backlog <= somaxconn) return [];
            const message = `${backlog} is more than net.core.somaxconn of ${host}, ${somaxconn}, and Docker cannot set that on the host's network: run sysctl -w net.core.somaxconn=${backlog} there, and keep it in /etc/sysctl.d`;
            return [{ path: `nodes[${index}].settings.tcp-backlog`, message }];
        }),
    );
}

/** What Redis itself warns of at its start, per host, each with what to do. */
export function hostWarnings(model: Model, kernels: KernelSettings[]): string[] {
    return kernels.flatMap(({ host, overcommit, hugePages }) => {
        const forks = model.nodes.some((node) => node.host === host && (node.persistence !== "none" || node.replicaOf));
        return [
            ...(forks && overcommit !== 1
                ? [
                      `${host}: vm.overcommit_memory is ${overcommit}: snapshots and full synchronisations fail when memory is short; run sysctl -w vm.overcommit_memory=1 there, and keep it in /etc/sysctl.d`,
                  ]
                : []),
            ...(hugePages === "always"
                ? [
                      `${host}: transparent huge pages are always used: they cost latency and memory while Redis saves; write madvise to /sys/kernel/mm/transparent_hugepage/enabled there`,
                  ]
                : []),
        ];
    });
}

/** The kernel's files in the order in which {@link parseKernel} takes their texts. */
export const kernelFiles = [
    "/proc/sys/net/core/somaxconn",
    "/proc/sys/vm/overcommit_memory",
    "/sys/kernel/mm/transparent_hugepage/enabled",
];

/** The settings in the texts of {@link kernelFiles}; undefined when they are not what they should be. */
export function parseKernel(host: string, texts: string[]): KernelSettings | undefined {
    const [somaxconn, overcommit, pages = ""] = texts.map((text) => text.trim());
    if (!/^\d+$/.test(somaxconn ?? "") || !/^\d+$/.test(overcommit ?? "")) return undefined;
    const hugePages = /\[(\w+)\]/.exec(pages)?.[1] ?? "";
    return { host, somaxconn: Number(somaxconn), overcommit: Number(overcommit), hugePages };
}
