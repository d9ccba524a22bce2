import type { Fault, Shape } from "../actions";
import type { PlantedFault } from "../copy";
import { searchApart } from "./apart";
import type { Found } from "./campaign";

export interface Planted extends PlantedFault {
    /** Which shape it is a fault of, where that is one. */
    shape?: Shape;
    /** What has to go wrong for it to matter, where that is one thing: sequences try only that. */
    fault?: Fault["kind"];
}

/** Faults in the planners. Those that were found once are their mends, taken out. */
export const plantedFaults: Planted[] = [
    {
        name: "a declared master that came up empty is promoted although others have data",
        file: "redis/plan/replication/roles.ts",
        from: "const withKeys = [...others, master].filter(({ redis }) => redis.keys > 0);",
        to: "const withKeys: Live[] = [];",
    },
    {
        name: "a server that cannot be read is taken for an absent one",
        file: "redis/plan/rollout/standing.ts",
        from: '? "unreadable" : "absent"',
        to: '? "absent" : "absent"',
        fault: "stop",
    },
    {
        name: "all servers are replaced at once",
        file: "redis/plan/rollout/waves.ts",
        from: 'const absent = of("absent", "idle");',
        to: 'const absent = of("absent", "idle", "inSync", "master");',
    },
    {
        name: "masters are replaced without a handover",
        file: "redis/plan/rollout/standing.ts",
        from: 'return ["absent", "idle", "inSync"].includes(standing);',
        to: "return true;",
    },
    {
        name: "offsets of different histories are compared",
        file: "redis/plan/replication/live.ts",
        from: "const isRelated = (one: RedisObservation, other: RedisObservation): boolean =>",
        to: "const isRelated = (one: RedisObservation, other: RedisObservation): boolean => true ||",
    },
    {
        name: "somebody becomes the master whose log does not hold everything yet",
        file: "redis/plan/persistence.ts",
        from: 'if (!log || !node || declaredKeeping(node).appendonly !== "yes") return true;',
        to: "if (log !== undefined || log === undefined) return true;",
        fault: "restartAll",
    },
    {
        name: "a server that does not answer yet is not waited for before another one is promoted",
        file: "redis/plan/replication/live.ts",
        from: "return observation.some(({ gone, redis }) => !gone && (!redis || isLoading(redis)));",
        to: "return observation.length === 0;",
    },
    {
        name: "newcomers wait for a handover that waits for them",
        file: "redis/plan/rollout/roles.ts",
        from: "if (complete || !current) return steps;",
        to: 'if (complete || !current || current) return steps.filter(({ kind }) => kind !== "failover" || complete);',
    },
    {
        name: "a second master is promoted while an update hands over",
        file: "redis/plan/replication/roles.ts",
        from: "redis.linkDownSeconds < handoverSeconds &&",
        to: "redis.linkDownSeconds < 0 &&",
        fault: "twoUps",
    },
    {
        name: "containers are replaced without a look at what their servers have become",
        file: "redis/plan/rollout/rollingUpdate.ts",
        from: "yield* handOver(this.state, wave);",
        to: "",
        fault: "wipe",
    },
    {
        name: "nobody waits until replaced servers are of use again",
        file: "redis/plan/rollout/recovery.ts",
        from: "return [...waiting, ...rollout.missing()];",
        to: "return waiting;",
    },
    {
        name: "the slots of a shard that leaves are forgotten",
        file: "redis/plan/cluster/phases.ts",
        from: "const steps = moves(desired.model, clusterState);",
        to: "const steps = moves(desired.model, clusterState).slice(0, 0);",
        shape: "cluster",
    },
    {
        name: "slots are given away without their keys",
        file: "test/sequences/memory/cluster/steps.ts",
        from: "migrate(world, nodeAt(world, from), nodeAt(world, to), keysIn(rangesOf(slots)));",
        to: "nodeAt(world, from).process.keys &= ~keysIn(rangesOf(slots));",
        shape: "cluster",
    },
    {
        name: "a cluster's masters are replaced without a handover",
        file: "redis/plan/rollout/standing.ts",
        from: 'return ["absent", "idle", "inSync"].includes(standing);',
        to: "return true;",
        shape: "cluster",
    },
    {
        name: "a newcomer that takes a master's place keeps its replicas waiting",
        file: "redis/plan/rollout/roles.ts",
        from: 'if (step.kind === "configure") return unguarded(step);',
        to: "",
        shape: "cluster",
    },
    {
        name: "a newcomer gives its empty data to the replicas of the one before",
        file: "redis/plan/cluster/suspendedSettings.ts",
        from: "if (formed && (orphans || alone)) names.push(...guardSettings);",
        to: "if (formed && orphans && alone) names.push(...guardSettings);",
        shape: "cluster",
    },
    {
        name: "of a cluster's replicas the one with the highest offset takes the place of a lost master",
        file: "redis/plan/cluster/takeOvers.ts",
        from: "const successor = fullest(withKeys.length > 0 ? withKeys : replicas) as Member | undefined;",
        to: "const [successor] = mostDataFirst(replicas);",
        shape: "cluster",
        fault: "restartAll",
    },
    {
        name: "a watched master takes writes again while Sentinel may still promote another one",
        file: "test/sequences/memory/sentinel/steps.ts",
        from: "const mayPromote = (model.watch ? failoverTime({ settings: model.watch }) : 0) + patience;",
        to: "const mayPromote = 1;",
        shape: "sentinel",
    },
    {
        name: "a successor that came back empty while Sentinel promoted it is followed",
        file: "test/sequences/memory/sentinel/steps.ts",
        from: "if (commanded(world, to) !== successor) yield* feedAgain(world, from, to);",
        to: "",
        shape: "sentinel",
        fault: "wipe",
    },
];

/** Puts a fault into the product and tries sequences until one fails. */
export function searchWith(planted: Planted, seed: number, count: number): Promise<Found | undefined> {
    const { fault, shape } = planted;
    const asked = { seed, from: 0, count, shape, faults: fault ? [fault] : undefined, smallest: false };
    return searchApart(asked, 300_000, planted);
}
