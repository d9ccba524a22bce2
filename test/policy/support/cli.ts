import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { build } from "esbuild";
import { cli } from "../../../scripts/setup/cli";

export const pack = join(__dirname, "..", "..", "..", "policies");
/** The pack as the commands have it: the CLI starts it itself, which is quicker. */
export const packFile = join(pack, "pack.js");
const lightSdk = join(pack, "..", "scripts", "lightSdk.cjs");

/** What a run of the CLI showed. */
export interface Outcome {
    readonly code: number;
    readonly output: string;
    /** `level policy resource`, sorted. */
    readonly violations: string[];
    /** The messages of the violations. */
    readonly messages: string[];
    /** The policies that have found nothing in the stack as a whole; those that are not applicable are none of them. */
    readonly passed: string[];
    /** The milliseconds that it took. */
    readonly milliseconds: number;
}

/** A Pulumi backend of its own in a temporary folder: nothing is deployed from it. */
export class Backend {
    readonly folder = mkdtempSync(join(tmpdir(), "redis-policy-test-"));

    private constructor(private readonly env: NodeJS.ProcessEnv) {
        mkdirSync(join(this.folder, "state"));
        symlinkSync(join(dirname(pack), "node_modules"), join(this.folder, "node_modules"));
    }

    static async open(): Promise<Backend> {
        const found = await cli();
        const backend = new Backend({
            ...process.env,
            ...found.env,
            PATH: `${dirname(found.path)}${delimiter}${process.env.PATH}`,
            PULUMI_CONFIG_PASSPHRASE: "test",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            // Turns `--event-log` on.
            PULUMI_DEBUG_COMMANDS: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
        });
        backend.env.PULUMI_BACKEND_URL = `file://${join(backend.folder, "state")}`;
        return backend;
    }

    /** Previews that run at once: more only make each other slower. */
    #free = 3;
    readonly #waiting: (() => void)[] = [];

    private async slot<T>(run: () => Promise<T>): Promise<T> {
        if (this.#free === 0) {
            await new Promise<void>((resolve) => void this.#waiting.push(resolve));
        } else {
            this.#free--;
        }
        try {
            return await run();
        } finally {
            const next = this.#waiting.shift();
            if (next === undefined) {
                this.#free++;
            } else {
                next();
            }
        }
    }

    /** Previews a program with a stack of its own. */
    preview(program: string, name: string, ...more: string[]): Promise<Outcome> {
        return this.slot(async () => this.previewIn(await this.stack(program, name), name, ...more));
    }

    /** Previews the program in a folder with a stack that exists. */
    previewIn(folder: string, name: string, ...more: string[]): Promise<Outcome> {
        const events = join(folder, "events.json");
        rmSync(events, { force: true });
        return this.outcome(folder, ["preview", "--stack", name, "--event-log", events, ...more], events);
    }

    /** Runs the pack on a state as it is: `--stack NAME` or `--file EXPORT`. */
    analyze(folder: string, what: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
        return this.outcome(folder, ["policy", "analyze", "--policy-pack", pack, "--json", ...what], undefined, env);
    }

    /** Makes a stack of a program in a copy: a new stack's salt would go into the checkout. */
    async stack(program: string, name: string): Promise<string> {
        const folder = mkdtempSync(join(this.folder, `${name}-`));
        cpSync(program, folder, { recursive: true });
        await asJavaScript(folder);
        const { code, output } = await this.pulumi(folder, ["stack", "init", name]);
        if (code !== 0) {
            throw new Error(output);
        }
        return folder;
    }

    /** Runs the CLI, whose events go to a file or are its output. */
    private async outcome(
        folder: string,
        args: string[],
        events?: string,
        env: NodeJS.ProcessEnv = {},
    ): Promise<Outcome> {
        const started = performance.now();
        const { code, output } = await this.pulumi(folder, args, env);
        const milliseconds = performance.now() - started;
        const all = readEvents(events === undefined ? output : textOf(events));
        const policyEvents = all.flatMap(({ policyEvent }) => policyEvent ?? []);
        return {
            code,
            output,
            milliseconds,
            violations: policyEvents
                .map(
                    ({ enforcementLevel, policyName, resourceUrn }) =>
                        `${enforcementLevel} ${policyName} ${resourceUrn.split("::").at(-1)}`,
                )
                .sort(),
            messages: policyEvents.map(({ message }) => message),
            passed: all.flatMap(({ policyAnalyzeStackSummaryEvent }) => policyAnalyzeStackSummaryEvent?.passed ?? []),
        };
    }

    /** Runs the CLI in a program's folder. */
    pulumi(program: string, args: string[], env: NodeJS.ProcessEnv = {}): Promise<{ code: number; output: string }> {
        return new Promise((resolve) => {
            const options = { cwd: program, env: { ...this.env, ...env }, maxBuffer: 64 * 1024 * 1024 };
            execFile("pulumi", [...args, "--non-interactive"], options, (error, stdout, stderr) => {
                resolve({ code: error === null ? 0 : Number(error.code ?? 1), output: stdout + stderr });
            });
        });
    }

    remove(): void {
        rmSync(this.folder, { recursive: true, force: true });
    }
}

/** Has a program that is started as TypeScript be one in JavaScript: to load the loader takes longer than all of its work. */
async function asJavaScript(folder: string): Promise<void> {
    const project = join(folder, "Pulumi.yaml");
    const [text, source] = [readFileSync(project, "utf8"), join(folder, "index.ts")];
    const loader = "        nodeargs: --import tsx\n";
    if (!text.includes(loader)) return;
    const banner = { js: `require(${JSON.stringify(lightSdk)});` };
    await build({ entryPoints: [source], outfile: join(folder, "index.js"), platform: "node", format: "cjs", banner });
    writeFileSync(project, text.replace(loader, "").replace("main: index.ts", "main: index.js"));
}

interface PolicyEvent {
    readonly resourceUrn: string;
    readonly message: string;
    readonly policyName: string;
    readonly enforcementLevel: string;
}

interface Event {
    readonly policyEvent?: PolicyEvent;
    readonly policyAnalyzeStackSummaryEvent?: { readonly passed?: string[] };
}

function readEvents(text: string): Event[] {
    return text
        .split("\n")
        .filter((line) => line.startsWith("{"))
        .map((line) => JSON.parse(line) as Event);
}

function textOf(path: string): string {
    return existsSync(path) ? readFileSync(path, "utf8") : "";
}
