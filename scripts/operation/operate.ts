import { spawn } from "node:child_process";
import * as grpc from "@grpc/grpc-js";
import { bind } from "../../offline/provider/serve";
import type { Session } from "../cli/session";
import { root } from "../setup/paths";
import { ended } from "../setup/processes";
import { type EngineEvent, serveEvents } from "./events";
import { type Program, serveProgram } from "./inline";
import { offerPlugins } from "./plugins";

/** What came of one command of the CLI that was driven by {@link operate}. */
export interface Operated {
    code: number;
    /** Whether somebody asked to stop meanwhile. */
    interrupted: boolean;
    /** What the CLI printed, both streams in order. */
    output: string;
}

/** How a command of the CLI is driven. */
export interface Driving {
    /** The program to run in this process, for a command that runs one. */
    program?: Program;
    /** Takes the engine's events, each as it happens; none of them is for debugging only, since those hold secrets in clear. */
    on(event: EngineEvent): void;
    /** Takes what the CLI prints. */
    print?(text: string): void;
    /** Called when somebody asks to stop. */
    onInterrupt?(): void;
}

/** Runs a command of the CLI as the Automation API does: the program in this process, the engine's events to this process. */
export async function operate(session: Session, args: string[], driving: Driving): Promise<Operated> {
    const { program, on, print, onInterrupt } = driving;
    const server = new grpc.Server({ "grpc.max_receive_message_length": -1 });
    serveEvents(server, (event) => {
        if ((event.diagnosticEvent?.severity as string) !== "debug") on(event);
    });
    if (program) serveProgram(server, program);
    const address = `127.0.0.1:${await bind(server)}`;
    const restore = adopt(session.env);
    const plugins = await offerPlugins(session);
    // A program whose CLI was killed goes on for a moment, with nobody to ask.
    const ignore = () => undefined;
    if (program) process.on("unhandledRejection", ignore);
    let stopped = false;
    try {
        const child = spawn(
            session.cli.path,
            [
                ...args,
                "--color=never",
                `--event-log=tcp://${address}`,
                ...(program ? [`--client=${address}`, "--exec-kind=auto.inline"] : []),
            ],
            // These flags are for programs that drive the CLI, and exist with this variable only.
            {
                cwd: root,
                env: { ...session.env, ...plugins?.env, PULUMI_DEBUG_COMMANDS: "true" },
                stdio: ["ignore", "pipe", "pipe"],
            },
        );
        loadAhead(program);
        let output = "";
        for (const stream of [child.stdout, child.stderr]) {
            stream.setEncoding("utf8").on("data", (text: string) => {
                output += text;
                print?.(text);
            });
        }
        const { code, interrupted } = await ended(child, onInterrupt);
        stopped = interrupted;
        return { code, interrupted, output };
    } finally {
        await plugins?.close(stopped);
        server.forceShutdown();
        restore();
        process.off("unhandledRejection", ignore);
    }
}

/** Loads a program while the CLI is at work by itself. What is wrong with it is told when it is run. */
export function loadAhead(program: Program | undefined): void {
    setImmediate(() => {
        try {
            program?.load();
        } catch {
            // It is loaded again then.
        }
    });
}

/** Gives this process the environment that the CLI has, as far as a program goes by it. Returns what undoes that. */
function adopt(env: NodeJS.ProcessEnv): () => void {
    const before = { ...process.env };
    const set = (wanted: NodeJS.ProcessEnv) => {
        for (const name of Object.keys(process.env)) if (wanted[name] === undefined) delete process.env[name];
        for (const [name, value] of Object.entries(wanted)) if (value !== undefined) process.env[name] = value;
    };
    set(env);
    return () => set(before);
}
