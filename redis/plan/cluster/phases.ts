import { forgotten } from "./forgotten";
import { reclaims } from "./keysWithoutSlots";
import { drained, restored } from "./mastership";
import { meetings } from "./meetings";
import { temporaryTimeouts } from "./nodeTimeouts";
import { openSlots } from "./openSlots";
import type { Phase } from "./phase";
import { replicas } from "./replicas";
import { retirements } from "./retirements";
import { claims } from "./slotClaims";
import { disputes, introductions } from "./slotDisputes";
import { moves } from "./slotMoves";
import type { ClusterStep } from "./steps";
import { takeOvers } from "./takeOvers";
import { unusable } from "./usability";

/** Everybody believes in the same owners of slots: whoever believes in an earlier one would be acted on as if it were right. */
const agreeOnOwners: Phase = ({ clusterState }) => {
    const disputed = disputes(clusterState);
    if (disputed.length === 0) return undefined;
    const { due, underWay } = meetings(clusterState);
    return {
        steps: [...due, ...introductions(clusterState)],
        waiting: [...underWay, ...disputed],
        declaredTimeout: false,
    };
};

/** Everybody knows everybody, every slot has an owner, and every shard a master that the others of the shard replicate. */
const repair: Phase = ({ clusterState }) => {
    const { due, underWay } = meetings(clusterState);
    const steps: ClusterStep[] = [
        ...temporaryTimeouts(clusterState),
        ...claims(clusterState),
        ...due,
        ...introductions(clusterState),
        ...takeOvers(clusterState),
        ...replicas(clusterState),
        ...openSlots(clusterState),
        ...reclaims(clusterState),
        ...forgotten(clusterState),
    ];
    if (steps.length + underWay.length === 0) return undefined;
    // Meetings may never succeed, and then it is to be said why.
    const onlyMeetings = steps.every(({ kind }) => kind === "meet");
    return { steps, waiting: onlyMeetings ? [...underWay, ...unusable(clusterState)] : [], declaredTimeout: false };
};

/** Every shard has its share of the slots. */
const moveSlots: Phase = ({ desired, clusterState }) => {
    const steps = moves(desired.model, clusterState);
    // Whoever owns slots judges others, and with the temporary timeout it takes a busy server for a dead one.
    return steps.length > 0 ? { steps, waiting: [], declaredTimeout: true, afterTimeouts: true } : undefined;
};

/** Servers that are no longer declared have left. */
const retire: Phase = ({ clusterState }) => {
    const steps = retirements(clusterState);
    return steps.length > 0 ? { steps, waiting: [], declaredTimeout: false } : undefined;
};

/** The cluster is usable. */
const becomeUsable: Phase = ({ clusterState }) => {
    const waiting = unusable(clusterState);
    return waiting.length > 0 ? { steps: [], waiting, declaredTimeout: false } : undefined;
};

/** Masters are where they are to be: not on hosts that drain, and the declared ones where that was asked for. */
const placeMasters: Phase = ({ desired, clusterState, observation }) => {
    const handed = drained(desired.model, clusterState, observation);
    // One at a time: of two elections at once one may get no votes, and begins anew after four times cluster-node-timeout.
    const steps = [...handed.steps, ...restored(desired, clusterState)].slice(0, 1);
    return { steps, waiting: handed.waiting, declaredTimeout: true };
};

/** The phases of a cluster's plan, in their order: the first one that has anything to do is what is planned. */
export const phases: readonly Phase[] = [agreeOnOwners, repair, moveSlots, retire, becomeUsable, placeMasters];
