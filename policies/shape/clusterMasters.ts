import { redisDocumentation } from "../frameworks";
import { stackPolicy } from "../pulumi/stackPolicy";
import { clustersOf, declaredMasters, mostMasters, replicasPerMaster } from "../redis/clusters";
import type { RedisNode } from "../redis/stack";

/** Masters decide by majority. */
export const clusterMasters = stackPolicy({
    name: "redis-cluster-masters",
    description: "A cluster must have at least three masters.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Scale with Redis Cluster", "Requirements to create a Redis Cluster"),
    area: "shape",
    needs: ["cluster"],
    reason: "A failover needs the majority of masters: of two none can be lost. `redis-cli --cluster create` refuses fewer than three.",
    remediation:
        "Declare at least three masters, with one replica each at least six nodes, or use replication with Sentinel.",
    *check(stack) {
        const replicas = replicasPerMaster(stack);
        for (const nodes of clustersOf(stack)) {
            const [first] = nodes;
            const few = fewMasters(nodes, replicas);
            if (first !== undefined && few !== undefined) {
                yield { node: first, setting: "cluster-enabled", ...few };
            }
        }
    },
});

/** What is wrong with the number of masters, and what would do; undefined where nothing is. */
function fewMasters(nodes: readonly RedisNode[], replicas: number | undefined) {
    const declared = declaredMasters(nodes)?.length;
    const masters = declared ?? mostMasters(nodes.length, replicas);
    if (masters >= 3) {
        return undefined;
    }
    const what = `${masters} master${masters === 1 ? "" : "s"}, fewer than three`;
    const perMaster = replicas ? ` with ${replicas} replica${replicas > 1 ? "s" : ""} per master` : "";
    return declared === undefined
        ? {
              problem: `${nodes.length} cluster nodes${perMaster} make ${what}`,
              fix: `Declare at least ${3 * ((replicas ?? 0) + 1)} nodes, or use replication with Sentinel`,
          }
        : {
              problem: `the cluster is declared with ${what}`,
              fix: "Declare at least three masters, or use replication with Sentinel",
          };
}
