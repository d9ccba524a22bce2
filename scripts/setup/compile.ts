import { mkdirSync, renameSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { Failure } from "./failure";
import { go } from "./go";
import { root } from "./paths";
import { attempt, lastLines } from "./processes";
import { step } from "./progress";

/** Compiles Pulumi's CLI from the Go modules that offline/cli/go.mod pins into `target`. */
export async function compile(version: string, target: string, env: NodeJS.ProcessEnv): Promise<void> {
    const folder = join(root, "offline", "cli");
    const compiler = await go(join(folder, "go.mod"), env);
    // Built beside the target and renamed: an interrupted build leaves no broken program in its place.
    const temporary = `${target}.${process.pid}`;
    mkdirSync(dirname(target), { recursive: true });
    const args = [
        "build",
        "-trimpath",
        "-ldflags",
        `-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=${version}`,
        "-o",
        temporary,
        "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    ];
    const title = `Pulumi cannot be downloaded here: compiling ${version} from its Go modules, once, about 5 minutes`;
    try {
        const { code, stdout, stderr } = await step(title, () =>
            attempt(compiler.path, args, { cwd: folder, env: { ...env, ...compiler.env } }),
        );
        if (code !== 0) {
            throw new Failure(
                "Pulumi's CLI could not be compiled. Install Pulumi (https://www.pulumi.com/docs/install/), or make a " +
                    `Go module proxy reachable (go env GOPROXY), and try again.\n${lastLines(stdout + stderr, 15)}`,
            );
        }
        renameSync(temporary, target);
    } finally {
        rmSync(temporary, { force: true });
    }
}
