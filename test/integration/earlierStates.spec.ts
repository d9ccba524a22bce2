import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { parse } from "yaml";
import { Project, Stack } from "../e2e/project";

/**
 * States as `pulumi stack export --show-secrets` wrote them once the stack files beside them were applied, by the program as it
 * was at b4bd81c. Passwords were made up as `not-a-secret-...` then. Stack traces and times are left out.
 */
const folder = join(__dirname, "earlierStates");
const stacks = readdirSync(folder).flatMap((file) => /^(.+)\.yaml$/.exec(file)?.[1] ?? []);

interface State {
    deployment: { secrets_providers?: object; resources: { urn: string; type: string }[] };
}

/** What a preview does with one resource. */
interface Step {
    op: string;
    urn: string;
}

describe("A state that an earlier version left", function () {
    this.timeout(300_000);
    let project: Project;
    let files: string;
    /** How secrets stand in the states of the project. */
    let secrets: object | undefined;

    before(async () => {
        project = await Project.create();
        files = mkdtempSync(join(tmpdir(), "redis-on-docker-states-"));
        const empty = new Stack(project, "empty");
        await empty.write({});
        await succeeded(empty, "config");
        secrets = JSON.parse(await succeeded(empty, "stack", "export")).deployment.secrets_providers;
    });
    after(async () => {
        await project?.remove();
        rmSync(files, { recursive: true, force: true });
    });

    for (const name of stacks) {
        it(`previews with every server, file and volume as it is: ${name}`, async () => {
            const { deployment } = await restored(name);
            const steps = await previewed(name);
            assert.deepEqual(urns(steps), urns(deployment.resources));
            assert.deepEqual(
                changed(steps).filter((step) => !isNoObject(step)),
                [],
            );
        });
    }

    it("and would show what changes", async () => {
        await restored("star");
        const steps = await previewed("star", { "redis:settings": { maxmemory: "128mb" } });
        const files = ["master", "replica1", "replica2"].map(
            (node) => `docker:index/container:Container::redis-local-${node}-files`,
        );
        for (const one of files) assert.ok(changed(steps).includes(`replace ${one}`), changed(steps).join("\n"));
    });

    /** Has a stack be as an earlier version left it. */
    async function restored(name: string): Promise<State> {
        const state: State = JSON.parse(gunzipSync(readFileSync(join(folder, `${name}.json.gz`))).toString());
        state.deployment.secrets_providers = secrets;
        const file = join(files, `${name}.json`);
        writeFileSync(file, JSON.stringify(state));
        const stack = new Stack(project, name);
        await stack.writeText(JSON.stringify({ config: configurationOf(name) }));
        await succeeded(stack, "config");
        await succeeded(stack, "stack", "import", "--file", file);
        return state;
    }

    /** What a preview finds that looks at no host: none of them is there any more. */
    async function previewed(name: string, change: object = {}): Promise<Step[]> {
        const stack = new Stack(project, name);
        const config = { ...configurationOf(name), ...change, "redis:preflight": false };
        await stack.writeText(JSON.stringify({ config }));
        return JSON.parse(await succeeded(stack, "preview", "--json", "--show-sames")).steps;
    }
});

function configurationOf(name: string): Record<string, unknown> {
    return parse(readFileSync(join(folder, `${name}.yaml`), "utf8")).config;
}

/** Of what the program declares: a preview passes over default providers. */
function urns(of: { urn: string }[]): string[] {
    const declared = of.filter(({ urn }) => !/::pulumi:providers:\w+::default/.test(urn));
    return declared.map(({ urn }) => urn).sort();
}

/**
 * The deployment itself, an input of which is that hosts are not looked at here; and the convergence, which looks at servers once
 * more when another version starts it in another way. Neither is anything on Docker.
 */
function isNoObject(step: string): boolean {
    return /^update \S+:(Deployment::redis|Command::redis-converge)$/.test(step);
}

/** What is not left as it is: what is done, type and name. */
function changed(steps: Step[]): string[] {
    const short = (urn: string) => urn.replace(/^.*[$:](?=[^$:]+:index)/, "");
    return steps.filter(({ op }) => op !== "same").map(({ op, urn }) => `${op} ${short(urn)}`);
}

async function succeeded(stack: Stack, ...args: string[]): Promise<string> {
    const { code, output } = await stack.pulumi(...args);
    assert.equal(code, 0, output);
    return output;
}
