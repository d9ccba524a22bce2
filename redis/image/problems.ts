import type { DeploymentArguments } from "../declaration/arguments";
import type { Problem } from "../declaration/problem";
import type { Model, NodeModel } from "../model/model";
import { filesBesideClients } from "../settings/directives";
import { sameValue, unknownProblem } from "../settings/settings";
import type { Observation } from "../state/observation";
import { cannotBecome, type Product, show } from "./product";
import { type Answer, userAt } from "./trial";

/** What a stack file declares, and what was worked out of it. */
export interface Declared {
    args: DeploymentArguments;
    model: Model;
}

/** Why an image is of no use to servers at all. */
export function imageProblems({ model }: Declared, { product, settings, words }: Answer): Problem[] {
    if (!product) return [{ path: "image", message: `${model.image} has neither redis-server nor valkey-server` }];
    if (settings) return [];
    return [{ path: "image", message: `${show(product)} of ${model.image} does not start: ${lastWords(words)}` }];
}

/** Settings of a node that the image's server does not know, or that Docker leaves no room for. */
export function settingProblems(declared: Declared, node: NodeModel, facts: Answer): Problem[] {
    const { product, settings, files } = facts;
    // Of an image whose server does not start that is said, and nothing else is known.
    if (!product || !settings) return [];
    return Object.entries(node.settings).flatMap(([name, value]): Problem[] => {
        const path = settingPath(declared, node, name);
        const unknown = unknownProblem(name, value, product, settings);
        if (unknown) return [{ path, message: unknown }];
        const wanted = Number(value) + filesBesideClients;
        if (name !== "maxclients" || files === undefined || wanted <= files) return [];
        const message = `${value} clients need ${wanted} open files, and Docker on ${node.host} gives a container ${files}: say ${files - filesBesideClients} at most, or raise nofile in default-ulimits of that Engine`;
        return [{ path, message }];
    });
}

/** What a server of the image said to the declared files of a node: that it does not start, or what it made of them. */
export function trialProblems(declared: Declared, node: NodeModel, { product, settings, words }: Answer): Problem[] {
    const server = `${product ? show(product) : "the server"} of ${declared.model.image}`;
    if (!settings) {
        const { path, said } = complaint(declared, node, words);
        return [{ path, message: `${server} does not start with what is declared for ${node.name}: ${said}` }];
    }
    return Object.entries(node.settings).flatMap(([name, value]): Problem[] => {
        const seen = settings[name];
        if (seen === undefined || sameValue(name, value, seen)) return [];
        const message = `${value} is read back as ${seen || "(empty)"}: ${server} takes it for that; say so, or another value`;
        return [{ path: settingPath(declared, node, name), message }];
    });
}

/**
 * Servers whose data the image could not read.
 * @param products what runs there, by node; of those that do not answer too, where their image could be asked
 */
export function productProblems(products: ReadonlyMap<string, Product>, image: string, to: Product): Problem[] {
    const reasons = new Map<string, string[]>();
    for (const [node, from] of products) {
        const reason = cannotBecome(from, to);
        if (reason) reasons.set(reason, [...(reasons.get(reason) ?? []), node]);
    }
    return [...reasons].map(([reason, nodes]) => ({
        path: "image",
        message: `${image}: ${nodes.join(", ")}: ${reason}; keep the product and its version or a later one, or make a new stack beside this one and move the keys`,
    }));
}

/** The products of the declared servers on a host, as far as they say. */
export function liveProducts(observation: Observation, host: string): Map<string, Product> {
    return new Map(
        observation.flatMap((server): [string, Product][] =>
            server.declared && server.kind !== "sentinel" && server.host === host && server.redis?.product
                ? [[server.node, server.redis.product]]
                : [],
        ),
    );
}

/** Where a setting stands in the stack file; the project's own stand nowhere. */
function settingPath({ args }: Declared, { name: node }: NodeModel, name: string): string {
    const index = args.nodes?.findIndex((line) => line.name === node) ?? -1;
    if (args.nodes?.[index]?.settings?.[name] !== undefined) return `nodes[${index}].settings.${name}`;
    return args.settings?.[name] === undefined ? "image" : `settings.${name}`;
}

/** What a server complains of at its start, and where that stands in the stack file. */
function complaint(declared: Declared, node: NodeModel, words: string[]): { path: string; said: string } {
    for (const [index, line] of words.entries()) {
        const directive = />>> '"?([\w-]+)/.exec(line)?.[1];
        if (directive) {
            const said = [line, words[index + 1] ?? ""].map(plain).join(" ").trim();
            return { path: settingPath(declared, node, directive), said };
        }
        const [, at, said] = /users\.acl:(\d+): (.*)$/.exec(line) ?? [];
        if (!at || !said) continue;
        const user = declared.model.users.findIndex(({ name }) => name === userAt(declared.model, Number(at)));
        return { path: user < 0 ? "image" : `users[${user}]`, said };
    }
    return { path: "image", said: lastWords(words) };
}

const lastWords = (words: string[]): string =>
    words.length > 0 ? words.slice(-3).map(plain).join(" ") : "it ended without a word";

/** A line of the log without process, time and level. */
const plain = (line: string): string => line.replace(/^\d+:[A-Z] .*?\d\d:\d\d:\d\d\.\d+ [.\-*#] /, "").trim();
