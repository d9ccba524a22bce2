import type { DeploymentArguments } from "../redis/declaration/arguments";
import type { Problem } from "../redis/declaration/problem";
import type { PasswordInputs } from "./credentials";

/** What a deployment is made from: {@link DeploymentArguments}, and what does not belong in a stack file in clear. */
export interface DeploymentInputs extends DeploymentArguments {
    /**
     * Passwords by user; a password is generated for each user that has none here. They may be outputs of other resources.
     */
    passwords?: PasswordInputs;
    /**
     * Passwords that servers go on taking beside the present ones, by user. Without one here the old password ends.
     */
    previous?: PasswordInputs;
    /** First part of the names of everything on Docker. @default the component's name */
    prefix?: string;
    /**
     * Whether hosts and live servers are looked at first. `false` is for previews where the hosts cannot be reached, such
     * as policy checks in CI; an update refuses it.
     * @default true
     */
    preflight?: boolean;
    /** What the program has found wrong by itself, to be named in the same error. */
    problems?: Problem[];
}
