import type { clusterSchema, deploymentSchema, hostSchema, nodeSchema } from "../schema/schema";
import type { SoundOf } from "../schema/values";
import type { Entry } from "./report";

/** What rules see of a declaration: what is wrong by itself is absent, and was reported. */
export type Fields = SoundOf<typeof deploymentSchema>;
export type ClusterFields = SoundOf<typeof clusterSchema>;
export type HostEntry = Entry<SoundOf<typeof hostSchema>>;
export type NodeFields = SoundOf<typeof nodeSchema>;
export type NodeEntry = Entry<NodeFields>;
/** A node or a Sentinel. */
export type ServerEntry = Entry<Pick<NodeFields, "name" | "port" | "host" | "formerly">>;
