import * as pulumi from "@pulumi/pulumi";
import { localEndpoint } from "../reconcile/docker/endpoint";
import { unresolvedAddresses } from "../reconcile/unresolved";
import type { Passwords } from "../redis/acl/passwords";
import type { DeploymentArguments } from "../redis/declaration/arguments";
import type { Problem } from "../redis/declaration/problem";
import { validate, validateInputs, validatePasswords, validatePrevious } from "../redis/declaration/validation";
import { type Claim, claimProblems, claimsOf } from "../redis/model/claims";
import { buildModel } from "../redis/model/model";
import { type GivenPasswords, givenPasswords } from "./credentials";
import type { ProgramInputs } from "./inputs";
import { besides } from "./neighbours";
import { plainInputs } from "./plainInputs";
import { refuse } from "./refusal";

/** A declaration in which nothing is wrong, and the passwords that are given with it. */
export interface Judged {
    declaration: DeploymentArguments;
    prefix: string;
    /** Whether hosts and live servers are looked at before anything is declared to Pulumi. */
    preflight: boolean;
    given: GivenPasswords;
    /** Passwords that are taken beside those, by user. */
    previous: Passwords;
}

/** Judges all that a deployment is made from, before anything else is done. Ends the program if anything is wrong. */
export async function judge(
    name: string,
    { passwords, previous, problems = [], ...declared }: ProgramInputs,
): Promise<Judged> {
    const isUpdate = !pulumi.runtime.isDryRun();
    const { plain, problems: outputs } = plainInputs(declared);
    const { prefix = name, preflight = true, ...declaration } = plain;
    const isSaid = ({ path }: Problem) => outputs.some((output) => output.path === path);
    const found = [
        ...problems,
        ...outputs,
        ...validate(declaration).filter((problem) => !isSaid(problem)),
        ...validateInputs({ prefix, preflight, isUpdate }),
    ];
    // Before anything is waited for: deployments that are made together then know of each other.
    const claims = found.length === 0 ? claimed(declaration, prefix) : [];
    const neighbours = besides(name, claims);

    const given = await givenPasswords(passwords);
    const earlier = await givenPasswords(previous);
    found.push(...validatePasswords(given.byUser, declaration.users));
    found.push(...validatePrevious(earlier.byUser, given.byUser, declaration.users));
    if (preflight) found.push(...(await unresolvedAddresses(declaration.hosts)));
    refuse("The declaration", [...found, ...claimProblems(claims, neighbours())]);
    return { declaration, prefix, preflight, given, previous: earlier.byUser };
}

/** What a sound declaration claims of the hosts. */
function claimed(declaration: DeploymentArguments, prefix: string): Claim[] {
    const endpointOf = (docker = localEndpoint()) => docker;
    return claimsOf(declaration, buildModel(declaration, { id: "", prefix }), endpointOf);
}
