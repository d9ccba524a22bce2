export type {
    DeploymentArguments,
    HostArguments,
    NodeArguments,
    Settings,
    UserArguments,
} from "../redis/declaration/arguments";
export { Deployment, type DeploymentInputs } from "./deployment";
