/** Puts a server's configuration together: file, includes, arguments, environment, ACL users. */

import { defaultUser, parseAclFile, type User, usersOf } from "./acl";
import { type Command, type Invocation, readScript } from "./commandLine";
import { type Directive, parseConfig, Settings } from "./config";
import { type Container, environmentIsKnown, type Recognition, variablesOf } from "./container";
import { bitnamiSettings, extraFlags } from "./environment";
import type { ContainerFiles } from "./files";
import { type Flavour, flavourOf, type ImageReference } from "./image";
import { replicaOfFile } from "./ownComponents";
import { UNKNOWN } from "./plain";

/** A server's configuration, as far as it can be seen. */
export interface Configuration {
    readonly settings: Settings;
    readonly kind: Recognition["kind"];
    /** Path of the file that the server is started with, when it is known. */
    readonly file?: string;
    /** A start script's text: what it may set besides the files that it names. */
    readonly script?: string;
    readonly users: readonly User[];
    /** False when users may exist that cannot be seen. */
    readonly usersComplete: boolean;
    /** Bitnami's `ALLOW_EMPTY_PASSWORD`. */
    readonly allowsEmptyPassword: boolean;
}

const includeDepth = 8;

/** Reads a server's configuration. */
export function resolveConfiguration(
    container: Container,
    recognition: Recognition,
    image: ImageReference | undefined,
    files: ContainerFiles,
): Configuration {
    const flavour: Flavour = image === undefined || image.isId ? "custom" : flavourOf(image);
    const variables = variablesOf(container);
    const { invocation, script, extraFiles } = startOf(container.start, files);
    const directives: Directive[] = [];
    let complete = true;
    let allowsEmptyPassword = false;
    const take = (path: string): boolean => {
        const read = readWithIncludes(path, files, 0);
        directives.push(...read.directives);
        complete &&= read.complete;
        return read.found;
    };

    if (flavour === "bitnami") {
        const environment = bitnamiSettings(variables, recognition.kind);
        directives.push(...environment.directives);
        allowsEmptyPassword = environment.allowsEmptyPassword;
        complete &&= environmentIsKnown(container);
        for (const path of bitnamiFiles(container)) {
            complete = take(path) && complete;
        }
    }
    if (invocation !== undefined) {
        if (typeof invocation.file === "string") {
            const found = take(invocation.file);
            // The main file of a start script is made by the script, from the files that it names.
            complete &&= found || extraFiles.length > 0;
        } else if (invocation.file === UNKNOWN) {
            complete &&= extraFiles.length > 0;
        }
        for (const path of extraFiles) {
            take(path);
        }
        directives.push(...invocation.directives);
        complete &&= invocation.complete;
    } else if (flavour === "official" && container.start.is === "default") {
        directives.push(...extraFlags(variables));
        complete &&= environmentIsKnown(container);
    } else if (flavour !== "bitnami") {
        complete = false;
    }
    const settings = new Settings(directives, complete);
    return {
        settings,
        // Only the text of a start script tells that it starts a Sentinel.
        kind: isSentinel(recognition, invocation, settings) ? "sentinel" : "server",
        file: typeof invocation?.file === "string" ? invocation.file : undefined,
        script,
        ...resolveUsers(settings, files),
        allowsEmptyPassword,
    };
}

function isSentinel(recognition: Recognition, invocation: Invocation | undefined, settings: Settings): boolean {
    return (
        [recognition.kind, invocation?.kind].includes("sentinel") ||
        settings.all("sentinel").some(({ values }) => values[0] === "monitor")
    );
}

interface Start {
    readonly invocation?: Invocation;
    readonly script?: string;
    /** Configuration files that a script names besides the one that it starts the server with. */
    readonly extraFiles: readonly string[];
}

/** Paths of configuration files in a script's text. */
const configurationFiles = new RegExp(`/[\\w./-]+(?:\\.conf|/${replicaOfFile})\\b`, "g");

function startOf(command: Command, files: ContainerFiles): Start {
    if (command.is === "server") {
        return { invocation: command.invocation, extraFiles: [] };
    }
    if (command.is !== "script") {
        return { extraFiles: [] };
    }
    const text = files.read(command.path);
    if (typeof text !== "string") {
        return { extraFiles: [] };
    }
    const inner = readScript(text);
    if (inner.is !== "server") {
        return { script: text, extraFiles: [] };
    }
    const named = new Set(text.match(configurationFiles) ?? []);
    named.delete(typeof inner.invocation.file === "string" ? inner.invocation.file : "");
    return {
        invocation: inner.invocation,
        script: text,
        extraFiles: [...named].filter((path) => files.read(path) !== undefined),
    };
}

function bitnamiFiles(container: Container): string[] {
    const folder = /^\/opt\/bitnami\/(?:redis|valkey)(?:-sentinel)?\/(?:mounted-)?etc\//;
    const targets = container.mounts === UNKNOWN ? [] : container.mounts.map((mount) => mount.target);
    const uploads = container.uploads === UNKNOWN ? [] : container.uploads.map((upload) => upload.path);
    return [...targets, ...uploads].filter(
        (path): path is string => typeof path === "string" && folder.test(path) && path.endsWith(".conf"),
    );
}

interface Read {
    readonly directives: Directive[];
    readonly complete: boolean;
    readonly found: boolean;
}

function readWithIncludes(path: string, files: ContainerFiles, depth: number): Read {
    const text = files.read(path);
    if (text === undefined) {
        return { directives: [], complete: true, found: false };
    }
    if (text === UNKNOWN || depth >= includeDepth) {
        return { directives: [], complete: false, found: true };
    }
    const directives: Directive[] = [];
    let complete = true;
    for (const line of parseConfig(text, path)) {
        if (line.name !== "include") {
            directives.push(line);
            continue;
        }
        for (const included of line.values) {
            const read = readWithIncludes(included, files, depth + 1);
            directives.push(...read.directives);
            complete &&= read.complete && read.found;
        }
    }
    return { directives, complete, found: true };
}

function resolveUsers(settings: Settings, files: ContainerFiles): Pick<Configuration, "users" | "usersComplete"> {
    const aclFile = settings.value("aclfile");
    if (aclFile !== undefined && aclFile !== "") {
        const text = files.read(aclFile);
        if (typeof text !== "string") {
            return { users: [], usersComplete: false };
        }
        const users = parseAclFile(text, aclFile);
        // An ACL file without the default user leaves it as it is born: on and without a password.
        return {
            users: users.some(({ name }) => name === "default") ? users : [defaultUser(aclFile), ...users],
            usersComplete: true,
        };
    }
    const users = usersOf(settings.all("user"));
    if (users.some(({ name }) => name === "default")) {
        return { users, usersComplete: settings.complete };
    }
    const password = settings.last("requirepass");
    return {
        users: [defaultUser(password?.source ?? "defaults", password?.values[0]), ...users],
        usersComplete: settings.complete,
    };
}
