import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { asFlag, known, UNKNOWN } from "../redis/plain";

interface Parameters {
    address: string;
}

const everywhere = new Set(["", "0.0.0.0", "::", "[::]", "*"]);

/** Docker's published ports pass by the host's own firewall. */
export const publishedEverywhere = containerPolicy<Parameters>({
    name: "redis-published-everywhere",
    description: "Ports must be published on one address, not on every interface of the host.",
    level: "mandatory",
    severity: "critical",
    ...cisDocker(
        "5.14",
        "Ensure that incoming container traffic is bound to a specific host interface",
        "Port publishing and mapping",
        "Publishing ports",
    ),
    area: "network",
    reason:
        "A port without `ip` is published on 0.0.0.0, the Internet included where the host has a public address; Docker's own " +
        "rules come before the host's firewall (ufw, firewalld).",
    remediation:
        "Give each port an `ip`: 127.0.0.1, or the address of the private network. Containers reach each other without publishing.",
    parameters: {
        address: { type: "string", default: "127.0.0.1", description: "The address that a remediation publishes on." },
    },
    *check(container) {
        if (asFlag(container.props.publishAllPorts) === true) {
            yield {
                setting: "publishAllPorts",
                problem: "it publishes every port of the image on every interface",
                fix: 'Leave it out and write `ports: [{ internal: 6379, external: 6379, ip: "127.0.0.1" }]`',
            };
        }
        if (container.ports === UNKNOWN || container.networkMode === "host") {
            return;
        }
        for (const port of container.ports) {
            if (port.ip === undefined || (known(port.ip) && everywhere.has(port.ip.trim()))) {
                const number = known(port.external) ? port.external : port.internal;
                yield {
                    setting: "ports",
                    problem: `port ${known(number) ? number : "of the container"} is published on every interface of the host`,
                    fix: 'Write `ip: "127.0.0.1"` beside it, or the address of the private network',
                };
            }
        }
    },
    remedy(container, { address }) {
        const { ports } = container.props;
        // A port of which something is not known yet cannot be written anew.
        if (
            !Array.isArray(ports) ||
            container.ports === UNKNOWN ||
            container.ports.some((port) => [port.internal, port.external, port.ip].includes(UNKNOWN))
        ) {
            return undefined;
        }
        const open = container.ports.map(({ ip }) => ip === undefined || (known(ip) && everywhere.has(ip.trim())));
        return open.includes(true)
            ? { ports: ports.map((port, index) => (open[index] ? { ...(port as object), ip: address } : port)) }
            : undefined;
    },
});
