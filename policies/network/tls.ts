import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { lacks } from "../redis/judge";
import { known, UNKNOWN } from "../redis/plain";
import { isLoopback, type RedisNode, usesHostNetwork } from "../redis/stack";

/** Passwords and data in the clear between machines. */
export const tls = nodePolicy({
    name: "redis-tls",
    description: "A server that other machines reach should speak TLS only.",
    level: "advisory",
    severity: "medium",
    ...redisDocumentation("TLS", "TLS listening port"),
    area: "network",
    needs: ["node"],
    reason: "Without TLS passwords and data cross the network in the clear, those of replication and of the cluster bus too.",
    remediation:
        "Set `tls-port`, `port 0`, certificate, key and CA, `tls-replication yes` and, in a cluster, `tls-cluster yes`. Where the " +
        "network between the machines is encrypted itself (WireGuard, IPsec), disable this policy.",
    *check(node) {
        if (!isReachedFromElsewhere(node)) {
            return;
        }
        const { settings } = node;
        if (lacks(node, "tls-port") || settings.value("tls-port") === "0") {
            yield {
                setting: "tls-port",
                problem: `other machines reach this ${node.kind === "sentinel" ? "Sentinel" : "server"}, and what they send is not encrypted`,
                fix: "Set `tls-port`, `port 0`, `tls-cert-file`, `tls-key-file` and `tls-ca-cert-file`, or encrypt the network between the machines",
            };
        } else if (settings.value("tls-port") !== undefined) {
            const missing = [
                ...(node.replicaOf !== undefined && !settings.isOn("tls-replication", false)
                    ? ["tls-replication"]
                    : []),
                ...(node.isCluster && !settings.isOn("tls-cluster", false) ? ["tls-cluster"] : []),
            ];
            for (const setting of settings.complete ? missing : []) {
                yield {
                    setting,
                    problem: "clients speak TLS, and the nodes among themselves do not",
                    fix: `Write \`${setting} yes\``,
                };
            }
        }
    },
});

function isReachedFromElsewhere(node: RedisNode): boolean {
    if (usesHostNetwork(node)) {
        const addresses = node.settings.last("bind")?.values.map((address) => address.replace(/^-/, ""));
        return addresses === undefined || addresses.some((address) => !isLoopback(address) || address === "0.0.0.0");
    }
    const { ports } = node.container;
    return (
        ports !== UNKNOWN &&
        ports.some(({ ip }) => ip === undefined || (known(ip) && (!isLoopback(ip) || ip === "0.0.0.0")))
    );
}
