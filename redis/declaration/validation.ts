import { referenceProblem } from "../image/reference";
import { drainProblems } from "../plan/drain/problems";
import { type DeploymentArguments, dataPolicies, networks, type Problem, topologies } from "./arguments";
import { configurationKeys, otherKeys } from "./configuration";
import { checkCluster, checkNoCluster, checkSubnet } from "./validation/cluster";
import { checkHosts } from "./validation/hosts";
import { checkMinReplicas } from "./validation/minReplicas";
import { checkResourceNames } from "./validation/names";
import { checkNodes } from "./validation/nodes";
import { checkDeleteData, checkLost, checkOperation } from "./validation/operation";
import { checkKeys, checkWord, collect, type Fields, isFields, type Report, show } from "./validation/report";
import { checkSentinel } from "./validation/sentinel";
import { checkMemory, checkSettings } from "./validation/settings";
import { checkUsers } from "./validation/users";

export { validateInputs } from "./validation/operation";
export { stackFileProblems } from "./validation/stackFile";
export { shortestPassword, validatePasswords, validatePrevious } from "./validation/users";

/**
 * Everything wrong with a declaration, each with its path. No problem means that it is a valid `DeploymentArguments`.
 * Takes anything and never throws.
 */
export function validate(args: unknown): Problem[] {
    const { problems, report } = collect();
    try {
        if (isFields(args)) check(args, report);
        else report("", `The declaration must be an object with keys, not ${show(args)}`);
        // Only of what is right otherwise can it be told what would be left.
        if (problems.length === 0) problems.push(...drainProblems(args as DeploymentArguments));
    } catch (error) {
        // Only objects that refuse to be read get here, and they come from programs, not from stack files.
        report("", `The declaration cannot be read (${error instanceof Error ? error.message : typeof error})`);
    }
    return problems;
}

function check(args: Fields, report: Report): void {
    checkKeys("", args, configurationKeys, report, otherKeys);
    checkWord("topology", args.topology, topologies, report);
    report("image", imageProblem(args.image));
    checkWord("network", args.network, networks, report);
    checkWord("data", args.data, dataPolicies, report);
    checkSettings("settings", args.settings, report);
    checkUsers(args.users, report);
    const hosts = checkHosts(args.hosts, args.network, report);
    const cluster = args.topology === "cluster";
    if (cluster) checkCluster(args, hosts, report);
    else checkNoCluster(args, report);
    checkSubnet(args, hosts, report);
    const nodes = checkNodes(args, hosts, report);
    checkMemory(args, nodes, report);
    checkMinReplicas(args, nodes, report);
    checkResourceNames(args, nodes, hosts, report);
    checkOperation(args, report);
    checkDeleteData(args.deleteData, report);
    checkSentinel(args, nodes, hosts, report);
    if (args.topology !== "cluster") checkLost(nodes, hosts, report);
}

/** What is wrong with the name of an image, or undefined. */
export function imageProblem(image: unknown): string | undefined {
    if (image === undefined || image === "") return "Is missing; redis:8.0 would do, better with a digest";
    if (typeof image !== "string") return `Must be a text, not ${show(image)}`;
    if (/[\s\p{Cc}]/u.test(image)) return `${show(image)} holds a space; an image looks like redis:8.0`;
    return referenceProblem(image);
}
