export type { DeploymentArguments, HostArguments, NodeArguments, Settings, UserArguments } from "../redis/arguments";
export { Deployment, type DeploymentInputs } from "./deployment";
