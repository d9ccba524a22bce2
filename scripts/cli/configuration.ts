import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import type { HostArguments } from "../../redis/declaration/arguments";
import { declarationFrom, keysOf, structured } from "../../redis/declaration/configuration";
import { imageProblem, stackFileProblems, validate } from "../../redis/declaration/validation";
import { buildModel } from "../../redis/model/model";
import { Failure } from "../setup/failure";
import { root } from "../setup/paths";
import type { Decrypt, SecretsProvider } from "./passphrase";
import { stackFile } from "./stackFile";

/** What index.ts calls its one deployment. */
export const deploymentName = "redis";

/** First part of the names of everything that a stack has on Docker, as index.ts forms it: without an organisation. */
export const prefixOf = (stack: string): string => `redis-${stack.split("/").pop()}`;

/** What a set-up has to know of a stack's configuration. */
export interface Configuration {
    /** The image of its servers; empty where what stands there is no image's name. */
    image: string;
    hosts: HostArguments[];
    /** Docker endpoints of the hosts that are in use; undefined is the local Engine. */
    endpoints: (string | undefined)[];
    /** All of the declaration. */
    declaration: Record<string, unknown>;
    /** Whether nothing is wrong with the stack file that shows without its secrets. Otherwise the plan says what is. */
    isSound: boolean;
}

/** Reads a stack's file, with the defaults of Pulumi.yaml. It is only read as far as needed, and not judged. */
export function configuration(stack: string): Configuration {
    const path = stackFile(stack);
    if (!existsSync(path)) {
        throw new Failure(`There is no stack file Pulumi.${stack}.yaml: write one, Pulumi.dev.yaml is an example.`);
    }
    return read(projectFile(), parsed(readFileSync(path, "utf8"), `Pulumi.${stack}.yaml`));
}

/** The declared nodes and Sentinels by name, in the order in which they stand; none where the declaration is no good. */
export function nodesOf({ declaration }: Pick<Configuration, "declaration">): string[] {
    if (validate(declaration).length > 0) return [];
    const { nodes, sentinels = [] } = buildModel(declaration as never, { id: "", prefix: "" });
    return [...nodes, ...sentinels].map(({ name }) => name);
}

/** Reads YAML that a user wrote. Of what is wrong only the place is told: the line itself may hold a password. */
export function parsed(text: string, file: string): Yaml {
    try {
        return parse(text);
    } catch (error) {
        const [what = ""] = (error as Error).message.split("\n");
        throw new Failure(`${file} is no YAML; nothing was touched: ${what.replace(/:$/, "")}.`);
    }
}

/** The same for texts that are parsed already. */
export function read(project: Yaml, stack: Yaml): Configuration {
    const value = (key: string) => given(stack, key) ?? declared(project, key);
    const [image, listed] = [value("image"), value("hosts")];
    const hosts: HostArguments[] = Array.isArray(listed) ? listed.filter((host) => typeof host?.name === "string") : [];
    const declaration = declarationFrom(value, keysOf("redis", stack?.config ?? {}));
    const used = hosts.filter(({ state }) => state !== "down");
    return {
        image: imageProblem(image) ? "" : image,
        hosts,
        endpoints: used.length > 0 ? used.map(({ docker }) => docker || undefined) : [undefined],
        declaration,
        isSound: validate(declaration).length === 0 && stackFileProblems(stack, "redis", "").length === 0,
    };
}

/** Values of a stack's configuration by key, without the namespace, and the keys that it has. */
export interface Configured {
    read(key: string): unknown;
    keys: string[];
}

/** The configuration of a stack file. Where something is encrypted in it, `decrypt` is needed. */
export function inClear(text: string, file: string, decrypt?: Decrypt): Configured {
    const project = projectFile();
    const entries = Object.entries(parsed(text, file)?.config ?? {});
    const config = Object.fromEntries(entries.map(([key, value]) => [key, clear(value, decrypt)]));
    return { read: (key) => given({ config }, key) ?? declared(project, key), keys: keysOf("redis", config) };
}

/** How what is encrypted in a stack file is encrypted. */
export function secretsProviderOf(text: string, file: string): SecretsProvider {
    const { secretsprovider, encryptionsalt } = parsed(text, file) ?? {};
    return { type: secretsprovider || "passphrase", state: { salt: encryptionsalt } };
}

/** A value with its secrets in clear. One that is secret as a whole is kept as text. */
function clear(value: Yaml, decrypt: Decrypt | undefined): Yaml {
    return decrypt && isSecret(value) ? structured(decrypt(value.secure)) : clearWithin(value, decrypt);
}

function clearWithin(value: Yaml, decrypt: Decrypt | undefined): Yaml {
    if (!decrypt || typeof value !== "object" || value === null) return value;
    if (isSecret(value)) return decrypt(value.secure);
    if (Array.isArray(value)) return value.map((one) => clearWithin(one, decrypt));
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, clearWithin(one, decrypt)]));
}

/** Pulumi writes a secret as a mapping that has this key only. */
const isSecret = (value: Yaml): value is { secure: string } =>
    typeof value?.secure === "string" && Object.keys(value).length === 1;

/** What Pulumi calls the project. */
export const projectName = (): string => projectFile().name;

let project: Yaml;

/** It does not change while a command is at work, which asks for it several times. */
function projectFile(): Yaml {
    project ??= parse(readFileSync(join(root, "Pulumi.yaml"), "utf8"));
    return project;
}

// biome-ignore lint/suspicious/noExplicitAny: foreign YAML, read defensively.
type Yaml = any;

/** What a stack file says of a key. The project's own may stand there without its name in front. */
function given(stack: Yaml, key: string): Yaml {
    return stack?.config?.[`redis:${key}`] ?? stack?.config?.[key];
}

function declared(project: Yaml, key: string): Yaml {
    const entry = project?.config?.[key] ?? project?.config?.[`redis:${key}`];
    return typeof entry === "object" ? entry?.default : entry;
}
