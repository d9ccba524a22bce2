import type { Settings } from "../../../redis/arguments";
import { buildModel, type Model } from "../../../redis/model";
import type { Passwords } from "../../../redis/users";
import { argumentsOf, type Declaration, passwordsOf } from "../declaration";

/** Models that are kept: to work one out takes as long as a dozen plans. */
const mostKept = 5_000;

const models = new Map<string, Model>();
const passwords = new Map<string, Passwords>();

/** The model of a declaration; of what is only counted up, two values are enough. */
export function modelOf({ passwords: _, ...declaration }: Declaration): Model {
    const { setting, restart, memory, timezone } = declaration;
    const lesser = {
        ...declaration,
        setting: setting % 2,
        restart: restart % 2,
        memory: memory % 2,
        passwords: {},
        timezone: timezone % 2,
    };
    return kept(models, JSON.stringify(lesser), () => {
        const args = argumentsOf(lesser, `redis:${lesser.image}`, (name) => ports.indexOf(name) + 6000);
        const model = buildModel(args, { id: "id", prefix: "test" });
        return { ...model, nodes: model.nodes.map((node) => ({ ...node, settings: fewer(node.settings) })) };
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

function kept<T>(known: Map<string, T>, key: string, make: () => T): T {
    let value = known.get(key);
    if (value !== undefined) return value;
    if (known.size >= mostKept) known.clear();
    value = make();
    known.set(key, value);
    return value;
}

/** Names that have ports, in their order. */
const ports = [
    ..."abcdefg",
    ...["s1", "s2", "s3"],
    ...[1, 2, 3, 4, 5, 6, 7, 8].flatMap((shard) => [1, 2, 3, 4, 5, 6, 7].map((copy) => `shard${shard}-${copy}`)),
];
