export {
    type ClusterArguments,
    DataPolicy,
    type DeploymentArguments,
    type HostArguments,
    HostState,
    NetworkMode,
    type NodeArguments,
    Persistence,
    type SentinelArguments,
    type SentinelSettings,
    type Settings,
    Topology,
    type UserArguments,
} from "../redis/declaration/arguments";
export { Deployment } from "./deployment";
export type { DeploymentInputs } from "./inputs";
