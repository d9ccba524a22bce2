import { delimiter, dirname, join } from "node:path";
import { defaultSocket, localEndpoint } from "../../reconcile/docker/endpoint";
import { mend } from "../repair/mend";
import { mark, markOf } from "../repair/orphans";
import { cli } from "../setup/cli";
import { Failure } from "../setup/failure";
import type { Cli } from "../setup/foundCli";
import { root } from "../setup/paths";
import { attempt, type Outcome, outputOf, run } from "../setup/processes";
import { type Backend, backend, backendUrl, fileBackend } from "./backend";
import { untilWhole } from "./halfWritten";
import { untracked } from "./stackFile";

/** Pulumi's CLI on one stack, in the project's environment. */
export interface Session {
    stack: string;
    cli: Cli;
    /** The whole environment of the CLI; also what a program needs that starts `pulumi` itself. */
    env: NodeJS.ProcessEnv;
    backend: Backend;
    /** The configuration file to use when it is not the tracked one. */
    configFile?: string;
    /** Runs a command of the CLI on this terminal and returns its exit code. */
    run(args: string[]): Promise<number>;
    /** Runs a command quietly and returns its standard output. Another update that is just writing is waited for. */
    read(args: string[]): Promise<string>;
    /** Runs a command quietly, with a text for its standard input, and returns what came of it. */
    attempt(args: string[], input?: string): Promise<Outcome>;
}

/** Opens a session on a stack. `where` is the backend to use instead of the chosen one. */
export async function session(stack: string, where: Backend = backend()): Promise<Session> {
    if (!/^[\w.-]+$/.test(stack.replaceAll("/", ""))) throw new Failure(`${stack} is not a name for a stack`);
    const found = await cli();
    const env = environment(found, where, stack);
    const folder = where.folder ? untracked(stack, join(where.folder, "stacks")) : undefined;
    const files = fileBackend(env);
    if (files) mend(files);
    const start = { cwd: root, env };
    return {
        stack,
        cli: found,
        env,
        backend: where,
        configFile: folder && join(folder, `Pulumi.${stack}.yaml`),
        run: (args) => run(found.path, args, start),
        read: async (args) => {
            const outcome = await untilWhole(() => attempt(found.path, args, start));
            return outputOf(`${found.path} ${args[0] ?? ""}`, outcome);
        },
        attempt: (args, input) => attempt(found.path, args, { ...start, input }),
    };
}

/** The environment of the CLI: the user's own, with what this project adds. */
export function environment(cli: Cli, where: Backend, stack?: string): NodeJS.ProcessEnv {
    const env: NodeJS.ProcessEnv = {
        ...process.env,
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The CLI ends after seconds: by its default, 100, it spends a fifth of its time on memory that it then gives back.
        GOGC: process.env.GOGC || "400",
        ...where.env,
        ...cli.env,
    };
    // In front of everything: also of the wrapper of the same name that npm puts on PATH.
    env.PATH = `${dirname(cli.path)}${delimiter}${process.env.PATH ?? ""}`;
    if (where.own) env.PULUMI_STACK = stack;
    if (stack) env[mark] = markOf(backendUrl(env), stack);
    // A context would override a host that the program names explicitly.
    const endpoint = localEndpoint();
    if (endpoint !== defaultSocket) env.DOCKER_HOST = endpoint;
    delete env.DOCKER_CONTEXT;
    return env;
}
