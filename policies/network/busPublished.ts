import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { known, UNKNOWN } from "../redis/plain";

/** Nobody who speaks to the cluster bus is asked who they are. */
export const busPublished = nodePolicy({
    name: "redis-cluster-bus-published",
    description: "The cluster bus port must not be published beyond the host.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Scale with Redis Cluster", "Redis Cluster TCP ports"),
    area: "network",
    needs: ["cluster"],
    reason: "The cluster bus knows no password and no ACL: whoever reaches it can join the cluster, take slots over and read what is migrated.",
    remediation:
        "Leave the bus port out of `ports`: cluster nodes on one host reach each other by their network; across hosts use the hosts' private network with a firewall, or `tls-cluster yes`.",
    *check(node) {
        const { container, settings } = node;
        if (!node.isCluster || container.ports === UNKNOWN || settings.isOn("tls-cluster", false)) {
            return;
        }
        const bus = Number(settings.value("cluster-port") ?? 0) || node.port + 10000;
        for (const port of container.ports) {
            if (port.internal === bus && port.ip !== UNKNOWN && !/^(?:127\.|::1$)/.test(port.ip ?? "")) {
                yield {
                    setting: "ports",
                    problem: `the cluster bus port ${bus} is published${known(port.ip) && port.ip !== "" ? ` on ${port.ip}` : " on every interface"}, and the bus asks for no password`,
                    fix: "Leave it out of `ports`, or set `tls-cluster yes` with client certificates",
                };
            }
        }
    },
});
