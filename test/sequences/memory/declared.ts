import type { Settings } from "../../../redis/arguments";
import { buildModel, type Model, type NodeModel } from "../../../redis/model";
import type { Passwords } from "../../../redis/users";
import { argumentsOf, type Declaration, type DeclaredServer, passwordsOf } from "../declaration";
import { kept } from "./kept";

/**
 * To work a model out takes as long as a dozen plans. So it is put together from parts, of which there are some thousands:
 * what all servers have in common, and each server below that.
 */
const parts = new Map<string, { common: Model; nodes: Map<string, NodeModel> }>();
const models = new WeakMap<Declaration, Model>();
const passwords = new Map<string, Passwords>();

/** The model of a declaration. */
export function modelOf(declaration: Declaration): Model {
    return kept(models, declaration, () => {
        // Of what is only counted up, two values are enough.
        const setting = declaration.setting % 2;
        const restart = declaration.restart % 2;
        const memory = declaration.memory % 2;
        const { shape, image, guest, servers } = declaration;
        const build = (server: DeclaredServer): Model => {
            const lesser = { ...declaration, setting, restart, memory, servers: [server] };
            const args = argumentsOf(lesser, `redis:${image}`, (name) => ports.indexOf(name) + 6000);
            return buildModel(args, { id: "id", prefix: "test" });
        };
        const { common, nodes } = kept(parts, [shape, image, setting, restart, memory, guest].join(), () => ({
            common: build(servers[0] as DeclaredServer),
            nodes: new Map<string, NodeModel>(),
        }));
        const nodeOf = (server: DeclaredServer): NodeModel =>
            kept(nodes, `${server.name} ${server.replicaOf} ${server.persistence}`, () => {
                const node = build(server).nodes[0] as NodeModel;
                return { ...node, settings: fewer(node.settings) };
            });
        return { ...common, nodes: servers.map(nodeOf) };
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
    return kept(passwords, JSON.stringify(declaration.passwords), () => passwordsOf(declaration));
}

/** Names that have ports, in their order. */
const ports = [
    ..."abcdefg",
    ...["s1", "s2", "s3"],
    ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((shard) => [1, 2, 3, 4, 5, 6, 7].map((copy) => `shard${shard}-${copy}`)),
];
