export type {
    DeploymentArguments,
    HostArguments,
    NodeArguments,
    Settings,
    UserArguments,
} from "../redis/declaration/arguments";
export { Deployment } from "./deployment";
export type { DeploymentInputs } from "./inputs";
