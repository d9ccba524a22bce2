import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./failure";
import { go } from "./go";
import { root } from "./paths";
import { attempt, lastLines } from "./processes";
import { say, step } from "./progress";

/** A program that is compiled from published Go modules. */
export interface GoProgram {
    /** What it is, for whoever waits. */
    name: string;
    version: string;
    /** The folder below offline/ whose go.mod pins its modules. */
    module: string;
    package: string;
    /** The variable that holds its version. */
    versionVariable: string;
    /** How long it takes, in words. */
    takes: string;
}

/** Pulumi's CLI. */
export const pulumiCli = (version: string): GoProgram => ({
    name: "Pulumi",
    version,
    module: "cli",
    package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    versionVariable: "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version",
    takes: "5 minutes",
});

/** Compiles a program into `target`. */
export async function compile(program: GoProgram, target: string, env: NodeJS.ProcessEnv): Promise<void> {
    const folder = join(root, "offline", program.module);
    const compiler = await go(join(folder, "go.mod"), env);
    // Built beside the target and renamed: an interrupted build leaves no broken program in its place.
    const temporary = `${target}.${process.pid}`;
    mkdirSync(dirname(target), { recursive: true });
    const args = [
        "build",
        "-trimpath",
        "-ldflags",
        `-s -w -X ${program.versionVariable}=${program.version}`,
        "-o",
        temporary,
        program.package,
    ];
    const { name, version, takes } = program;
    say(`${name} cannot be downloaded here: it is compiled from its Go modules, once, in about ${takes}.`);
    try {
        await step(`Compiling ${name} ${version}`, async () => {
            const start = { cwd: folder, env: { ...env, ...compiler.env } };
            const { code, stdout, stderr } = await attempt(compiler.path, args, start);
            if (code === 0) return;
            throw new Failure(
                `${name} could not be compiled. Install Pulumi (https://www.pulumi.com/docs/install/), or make a ` +
                    `Go module proxy reachable (go env GOPROXY), and try again.\n${lastLines(stdout + stderr, 15)}`,
            );
        });
        renameSync(temporary, target);
    } finally {
        rmSync(temporary, { force: true });
    }
}
