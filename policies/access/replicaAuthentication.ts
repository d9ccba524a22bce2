import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { lacks, needsPassword } from "../redis/judge";

/** The link stays down for ever, and only the log says so. */
export const replicaAuthentication = nodePolicy({
    name: "redis-replica-authentication",
    description: "A replica of a master with a password must have `masterauth`.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis replication", "Setting a replica to authenticate to a master"),
    area: "access",
    needs: ["replica"],
    reason:
        "Without `masterauth` the replica is refused by its master again and again, stays empty, and looks alive: PING answers, " +
        "redis-cli and Docker are content. In a cluster every replica link stays down and `--cluster check` still passes.",
    remediation:
        "Set `masterauth` (and `masteruser` for an ACL user) on every node that may become a replica, masters included.",
    *check(node) {
        if (node.kind !== "server" || !lacks(node, "masterauth")) {
            return;
        }
        if (node.isCluster && needsPassword(node)) {
            yield {
                setting: "masterauth",
                problem: "the cluster's nodes need a password and this one does not know it, so it cannot replicate",
                fix: "Set `masterauth` to the password of the cluster's nodes",
            };
        } else if (
            node.replicaOf !== undefined &&
            (node.master === undefined ? needsPassword(node) : needsPassword(node.master))
        ) {
            const master = node.master?.name ?? node.replicaOf.host;
            yield {
                setting: "masterauth",
                problem: `its master ${master} needs a password and the replica has none, so the link stays down`,
                fix: "Set `masterauth` to the master's password",
            };
        }
    },
});
