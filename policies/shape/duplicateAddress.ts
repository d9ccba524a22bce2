import { dockerDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { known, UNKNOWN } from "../redis/plain";
import { announcedAddress, type RedisNode, type Stack, usesHostNetwork } from "../redis/stack";

/** Two nodes with one address are one node to everyone else. */
export const duplicateAddress = stackPolicy({
    name: "redis-duplicate-address",
    description: "No two nodes may have one address.",
    level: "mandatory",
    severity: "high",
    ...dockerDocumentation("Port publishing and mapping", "Publishing ports"),
    area: "shape",
    needs: ["secondNode"],
    reason: "Docker refuses the second container on a port that is taken; two nodes that announce one address are mixed up by replicas, Sentinels and clients.",
    remediation: "Give each node a port of its own on its host, and an announced address of its own.",
    *check(stack) {
        const taken = new Map<string, RedisNode>();
        for (const node of stack.nodes) {
            for (const { address, setting } of addressesOf(node, stack)) {
                const other = taken.get(address);
                if (other !== undefined && other !== node) {
                    yield {
                        node,
                        setting,
                        problem: `${address.split("\u0000").at(-1)} is already that of ${other.name}`,
                        fix: "Give each node a port and an announced address of its own",
                    };
                } else {
                    taken.set(address, node);
                }
            }
        }
    },
});

interface Address {
    readonly address: string;
    readonly setting: string;
}

function addressesOf(node: RedisNode, stack: Stack): Address[] {
    const addresses: Address[] = [];
    const { container, settings } = node;
    const announced = announcedAddress(node);
    // Without a port of its own a node announces the one that it listens on.
    const port =
        settings.value("cluster-announce-port") ??
        settings.value("replica-announce-port") ??
        (settings.complete ? String(node.port) : undefined);
    if (announced !== undefined && port !== undefined && stack.nodes.length > 1) {
        addresses.push({ address: `announced\u0000${announced}:${port}`, setting: "announced address" });
    }
    // Where `bind` names addresses, two servers may share a port.
    if (usesHostNetwork(node) && settings.complete && settings.last("bind") === undefined) {
        addresses.push({
            address: `${node.host}\u0000host network\u0000port ${node.port} of the host`,
            setting: "port",
        });
    }
    for (const published of container.ports === UNKNOWN || usesHostNetwork(node) ? [] : container.ports) {
        if (known(published.external) && published.external !== 0 && published.ip !== UNKNOWN) {
            const ip = published.ip === undefined || published.ip === "" ? "0.0.0.0" : published.ip;
            addresses.push({
                address: `${node.host}\u0000published\u0000${ip}:${published.external}`,
                setting: "ports",
            });
        }
    }
    return addresses;
}
