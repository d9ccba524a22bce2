import { type Passwords, withPrevious } from "../../../redis/acl/passwords";
import type { Settings } from "../../../redis/declaration/arguments";
import { buildModel, type Model, type NodeModel } from "../../../redis/model/model";
import {
    argumentsOf,
    type Declaration,
    type DeclaredServer,
    passwordsOf,
    previousOf,
    withDraining,
} from "../declaration";
import { kept } from "./kept";

/**
 * To work a model out takes as long as a dozen plans. So it is put together from parts, of which there are some thousands:
 * what all servers have in common, and each server.
 */
const commons = new Map<string, Model>();
const nodes = new Map<string, NodeModel>();
const models = new WeakMap<Declaration, Model>();
const passwords = new Map<string, Passwords>();

/** The model of a declaration. */
export function modelOf(declaration: Declaration): Model {
    return kept(models, declaration, () => {
        const { servers, nodeSettings, passwords: _, graced: __, ...lesser } = declaration;
        // Of what is only counted up, two values are enough.
        for (const name of ["setting", "restart", "memory", "timezone", "synchronisations"] as const) lesser[name] %= 2;
        const build = (server: DeclaredServer): Model => {
            const only = { ...lesser, servers: [server], nodeSettings, passwords: {}, graced: [] };
            const args = argumentsOf(only, `redis:${lesser.image}`, (name) => ports.indexOf(name) + 6000);
            return buildModel(args, { id: "id", prefix: "test" });
        };
        const { shape, image, setting, restart, memory, timezone } = lesser;
        const part = [shape, image, setting, restart, memory, timezone].join();
        const nodeOf = (server: DeclaredServer): NodeModel => {
            const { name, replicaOf, persistence } = server;
            return kept(nodes, [part, name, replicaOf, persistence, nodeSettings[name]].join(), () => {
                const node = build(server).nodes[0] as NodeModel;
                return { ...node, settings: fewer(node.settings) };
            });
        };
        const common = kept(commons, Object.values(lesser).join(), () => build(servers[0] as DeclaredServer));
        return withDraining({ ...common, nodes: servers.map(nodeOf) }, declaration);
    });
}

/** Settings that never change in a sequence take half of the time of a plan. */
function fewer(settings: Settings): Settings {
    return Object.fromEntries(Object.entries(settings).filter(([name]) => changing.includes(name)));
}

const changing = [
    "appendonly",
    "save",
    "slowlog-max-len",
    "maxmemory",
    "io-threads",
    "cluster-node-timeout",
    "repl-diskless-sync",
    "repl-diskless-sync-delay",
];

/** The passwords of a declaration: the same object for the same ones. */
export function secretsOf(declaration: Declaration): Passwords {
    const key = JSON.stringify([declaration.passwords, declaration.graced]);
    return kept(passwords, key, () => withPrevious(passwordsOf(declaration), previousOf(declaration)));
}

/** Names that have ports, in their order. */
const ports = [
    ..."abcdefg",
    ...["s1", "s2", "s3"],
    ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((shard) => [1, 2, 3, 4, 5, 6, 7].map((copy) => `shard${shard}-${copy}`)),
];
