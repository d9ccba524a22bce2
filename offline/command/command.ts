import { randomBytes } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { Call, ResourceType } from "../provider/resource";
import { check, type Schema } from "../provider/schema";
import { containsUnknown, type Properties, unknown } from "../provider/values";
import { type Result, run } from "./run";

const loggings = ["stdout", "stderr", "stdoutAndStderr", "none"];

const schema: Schema = {
    create: { type: "string", change: "update" },
    update: { type: "string", change: "update" },
    delete: { type: "string", change: "update" },
    triggers: { type: "any" },
    environment: { type: "map", change: "update" },
    stdin: { type: "string", change: "update" },
    dir: { type: "string", change: "update" },
    interpreter: { type: "strings", change: "update" },
    logging: {
        type: "string",
        change: "update",
        refuse: (value) => (loggings.includes(String(value)) ? undefined : `must be one of ${loggings.join(", ")}`),
    },
    addPreviousOutputInEnv: { type: "boolean", change: "update", default: true },
};

/** `command:local:Command`: a program that runs where Pulumi runs, when its resource comes, changes and goes. */
export const command: ResourceType = {
    check(news) {
        const { inputs, failures } = check(schema, news);
        delete inputs.__defaults;
        return { inputs, failures };
    },

    diff({ inputs }, news) {
        const changed = Object.keys(schema).filter(
            (name) => containsUnknown(news[name]) || !isDeepStrictEqual(inputs[name], news[name]),
        );
        const replaces = changed.filter((name) => schema[name]?.change !== "update");
        return { changes: changed, replaces, deleteBeforeReplace: false };
    },

    preview(inputs) {
        return { ...inputs, stdout: unknown, stderr: unknown };
    },

    async create(inputs, call) {
        const id = call.name + randomBytes(4).toString("hex");
        const result = await runText(inputs.create, inputs, { stdout: "", stderr: "" }, call);
        return { id, outputs: { ...inputs, ...result } };
    },

    // A command leaves nothing behind that could be looked at.
    async read(_id, state) {
        return state;
    },

    async update(_id, state, news, call) {
        const result = await runText(news.update ?? news.create, news, previous(state), call);
        return { ...news, ...result };
    },

    async delete(_id, state, call) {
        await runText(state.delete, state, previous(state), call);
    },
};

function previous(state: Properties): Result {
    return { stdout: String(state.stdout ?? ""), stderr: String(state.stderr ?? "") };
}

async function runText(
    text: Properties[string] | undefined,
    inputs: Properties,
    before: Result,
    { signal, log: show }: Call,
): Promise<{ stdout: string; stderr: string }> {
    if (typeof text !== "string") {
        return { ...before };
    }
    const { interpreter, dir, environment, stdin, logging, addPreviousOutputInEnv } = inputs as {
        interpreter?: string[];
        dir?: string;
        environment?: Record<string, string>;
        stdin?: string;
        logging?: string;
        addPreviousOutputInEnv?: boolean;
    };
    const outputs: Record<string, string> = {};
    if (addPreviousOutputInEnv !== false) {
        if (before.stdout !== "") {
            outputs.PULUMI_COMMAND_STDOUT = before.stdout;
        }
        if (before.stderr !== "") {
            outputs.PULUMI_COMMAND_STDERR = before.stderr;
        }
    }
    // One line after the other, and all of them before the resource is reported as done.
    let logged = Promise.resolve();
    const log = (line: string) => {
        logged = logged.then(() => show(line));
    };
    try {
        return await run(
            {
                text,
                interpreter: interpreter?.length ? interpreter : ["/bin/sh", "-c"],
                dir,
                environment: { ...environment, ...outputs },
                stdin,
                logStdout: logging === undefined || logging === "stdout" || logging === "stdoutAndStderr",
                logStderr: logging === undefined || logging === "stderr" || logging === "stdoutAndStderr",
            },
            signal,
            log,
        );
    } finally {
        await logged;
    }
}
