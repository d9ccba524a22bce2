import type { DeploymentArguments } from "../redis/declaration/arguments";
import type { Problem } from "../redis/declaration/problem";
import type { PasswordInputs } from "./credentials";

/** What a deployment is made from: {@link DeploymentArguments}, and what does not belong in a stack file in clear. */
export interface DeploymentInputs extends DeploymentArguments {
    /**
     * Passwords by user. They may be outputs of other resources. Default: a password is generated for each user that has
     * none here.
     */
    passwords?: PasswordInputs;
    /**
     * Passwords by user that servers go on taking beside the present ones. Default: none: a password that is changed ends.
     */
    previous?: PasswordInputs;
    /** First part of the names of everything on Docker. Default: the component's name. */
    prefix?: string;
    /**
     * Whether hosts and live servers are looked at first. `false` is for previews where the hosts cannot be reached, such
     * as policy checks in CI. An update refuses it. Default: true.
     */
    preflight?: boolean;
}

/** What this project's own program adds. */
export interface ProgramInputs extends DeploymentInputs {
    /** What it has found wrong by itself, to be named in the same error. */
    problems?: Problem[];
}
