import { drainProblems } from "../plan/drain/problems";
import type { DeploymentArguments } from "./arguments";
import { otherKeys } from "./configuration";
import { isObject } from "./object";
import type { Problem } from "./problem";
import { judge } from "./schema/judge";
import { deploymentSchema } from "./schema/schema";
import { show } from "./show";
import { checkCluster, checkNoCluster, checkSubnet } from "./validation/cluster";
import type { Fields } from "./validation/fields";
import { checkHosts } from "./validation/hosts";
import { checkMinReplicas } from "./validation/minReplicas";
import { checkResourceNames } from "./validation/names";
import { checkNodes } from "./validation/nodes";
import { checkLost } from "./validation/operation";
import type { Report } from "./validation/report";
import { checkSentinel } from "./validation/sentinel";
import { checkMemory, checkSettings } from "./validation/settings";
import { checkUsers } from "./validation/users";

export { imageProblem } from "./schema/texts";
export { validateInputs } from "./validation/operation";
export { stackFileProblems } from "./validation/stackFile";
export { shortestPassword, validatePasswords, validatePrevious } from "./validation/users";

/**
 * Everything wrong with a declaration, each with its path. No problem means that it is a valid `DeploymentArguments`.
 * Takes anything and never throws.
 */
export function validate(args: unknown): Problem[] {
    try {
        if (!isObject(args))
            return [{ path: "", message: `The declaration must be an object with keys, not ${show(args)}` }];
        const { problems, sound } = judge(deploymentSchema, args, otherKeys);
        const wrong = new Set(problems.map(({ path }) => path));
        const isWrong = (path: string) => wrong.has(path);
        check(sound, isWrong, (path, message) => {
            if (message && !isWrong(path)) problems.push({ path, message });
        });
        // Only of what is right otherwise can it be told what would be left.
        return problems.length > 0 ? problems : drainProblems(args as unknown as DeploymentArguments);
    } catch (error) {
        // Only objects that refuse to be read get here, and they come from programs, not from stack files.
        const why = error instanceof Error ? error.message : typeof error;
        return [{ path: "", message: `The declaration cannot be read (${why})` }];
    }
}

/** What keys mean to each other. */
function check(args: Fields, isWrong: (path: string) => boolean, report: Report): void {
    checkSettings("settings", args.settings, report);
    checkUsers(args, report);
    const hosts = checkHosts(args, report);
    if (args.topology === "cluster") checkCluster(args, hosts, report);
    else checkNoCluster(args, report);
    checkSubnet(args, hosts, report);
    const nodes = checkNodes(args, hosts, isWrong, report);
    for (const { path, fields } of nodes) checkSettings(`${path}.settings`, fields.settings, report);
    checkMemory(args, nodes, report);
    checkMinReplicas(args, nodes, report);
    checkResourceNames(args, nodes, hosts, report);
    const known = nodes.filter(({ path }) => !isWrong(`${path}.replicaOf`));
    if (args.topology !== "cluster") checkLost(known, hosts, report);
    checkSentinel(args, nodes, hosts, report);
}
