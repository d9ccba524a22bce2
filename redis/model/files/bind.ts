import type { Model, NodeModel } from "../model";

/** Where a server or Sentinel listens: everywhere in a network of its own, else where others reach it, and locally. */
export const bindAddresses = ({ network }: Model, { reach }: NodeModel): string[] =>
    network.mode === "bridge" ? ["*", "-::*"] : [...new Set([reach.host, "127.0.0.1"])];
