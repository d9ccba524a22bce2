import type { EngineInventory } from "../../redis/state/engineInventory";
import { within } from "../within";
import { connectEngine } from "./engine";

/** How long one Engine may take to answer, in milliseconds. */
const patience = 10_000;

/** Reads what the Engine of `host` holds. Changes nothing and never throws. */
export async function inventory(host: { name: string; docker?: string; down?: true }): Promise<EngineInventory> {
    if (host.down) return { host: host.name, reachable: false, problem: "it is declared down" };
    try {
        const engine = connectEngine(host.docker);
        const read = Promise.all([
            engine.info(),
            engine.listContainers({ all: true }),
            engine.listVolumes(),
            engine.listNetworks(),
        ]);
        const [info, containers, volumes, networks] = await within(patience, read);
        return {
            host: host.name,
            reachable: true,
            engine: { id: info.ID, version: info.ServerVersion, name: info.Name, memory: info.MemTotal },
            containers: containers.map((container) => ({
                id: container.Id,
                name: container.Names[0]?.replace(/^\//, "") ?? container.Id,
                image: container.Image,
                imageId: container.ImageID,
                labels: container.Labels ?? {},
                state: container.State,
                status: container.Status,
                ports: container.Ports.flatMap(({ PublicPort }) => (PublicPort ? [PublicPort] : [])),
                addresses: Object.values(container.NetworkSettings?.Networks ?? {}).flatMap(({ IPAddress }) =>
                    IPAddress ? [IPAddress] : [],
                ),
                volumes: container.Mounts.flatMap(({ Name }) => (Name ? [Name] : [])),
                hostNetwork: container.HostConfig.NetworkMode === "host",
                networks: Object.entries(container.NetworkSettings?.Networks ?? {}).map(([name, { IPAMConfig }]) => ({
                    name,
                    ...(IPAMConfig?.IPv4Address ? { fixed: IPAMConfig.IPv4Address } : {}),
                })),
            })),
            volumes: (volumes.Volumes ?? []).map(({ Name, Labels }) => ({ name: Name, labels: Labels ?? {} })),
            networks: networks.map(({ Name, Labels, IPAM }) => ({
                name: Name,
                labels: Labels ?? {},
                subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => (Subnet ? [Subnet] : [])),
                gateway: (IPAM?.Config ?? []).flatMap(({ Gateway }) => (Gateway ? [Gateway] : []))[0],
            })),
        };
    } catch (error) {
        return { host: host.name, reachable: false, problem: (error as Error).message };
    }
}
