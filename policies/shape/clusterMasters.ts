import { stackPolicy } from "../define";
import { clustersOf, mostMasters, replicasPerMaster } from "../redis/clusters";

/** Masters decide by majority. */
export const clusterMasters = stackPolicy({
    name: "redis-cluster-masters",
    description: "A cluster must have at least three masters.",
    level: "mandatory",
    severity: "high",
    area: "shape",
    reason: "A failover needs the majority of masters: of two none can be lost. `redis-cli --cluster create` refuses fewer than three.",
    remediation:
        "Declare at least three masters, with one replica each at least six nodes, or use replication with Sentinel.",
    *check(stack) {
        const replicas = replicasPerMaster(stack);
        for (const nodes of clustersOf(stack)) {
            const [first] = nodes;
            const masters = mostMasters(nodes.length, replicas);
            if (first !== undefined && masters < 3) {
                yield {
                    node: first,
                    setting: "cluster-enabled",
                    problem: `${nodes.length} cluster nodes${replicas ? ` with ${replicas} replica${replicas > 1 ? "s" : ""} per master` : ""} make ${masters} master${masters === 1 ? "" : "s"}, fewer than three`,
                    fix: `Declare at least ${3 * ((replicas ?? 0) + 1)} nodes, or use replication with Sentinel`,
                };
            }
        }
    },
});
