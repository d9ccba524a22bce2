import { existsSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { compile } from "./compile";
import type { Cli } from "./foundCli";
import { once } from "./once";
import { cacheFolder, isExecutable, root, which } from "./paths";

const languageHost = "pulumi-language-yaml";
const module = "github.com/pulumi/pulumi-yaml";

/**
 * The folder of Pulumi's language host for YAML: the one that came with the CLI, else one compiled from its Go module. Tests
 * prove with it that other languages can use the component; nothing else needs it.
 */
export async function yamlLanguageHost(cli: Cli, env: NodeJS.ProcessEnv = process.env): Promise<string> {
    const beside = join(dirname(realpathSync(cli.path)), languageHost);
    const found = existsSync(beside) ? beside : which(languageHost, env);
    if (found) return dirname(found);
    const modules = readFileSync(join(root, "offline", "yaml", "go.mod"), "utf8");
    const version = new RegExp(`${module} (v\\S+)`).exec(modules)?.[1];
    if (!version) throw new Error(`offline/yaml/go.mod must name a version of ${module}`);
    const binary = join(cacheFolder(env), `pulumi-yaml-${version}`, languageHost);
    const program = {
        name: "Pulumi's language host for YAML",
        version,
        module: "yaml",
        package: `${module}/cmd/${languageHost}`,
        versionVariable: `${module}/pkg/version.Version`,
        takes: "2 minutes",
    };
    await once(binary, isExecutable, () => compile(program, binary, env));
    return dirname(binary);
}
