/**
 * How long the commands take that people wait for, beside what others take for the same servers on the same machine, in turn:
 *
 *     npm run bench -- peers [--runs 5] [--nodes 3,6,30] [--tools ours,compose,compose-tuned,terraform]
 *                            [--parts life,policy,hosts] [--before CHECKOUT]
 *     npm run bench -- peers page
 *
 * `life` is the first `up`, one with nothing to do, `status`, one with a changed setting, and `down`; `policy` judges all stack
 * files; `hosts` is a cluster over three hosts, and its upgrade. An earlier checkout of this project is measured as one more
 * tool. Others are measured when `docker-compose` and `terraform` are on PATH, the latter with its provider
 * `kreuzwerker/docker`. Each result is one more line in docs/performance/results.jsonl. `page` makes of them the tables of
 * docs/performance.md and the charts beside the results; so does the end of each measurement.
 */
import { execFileSync } from "node:child_process";
import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { Project } from "../test/e2e/project";
import { tools } from "./peers/charts";
import { composeTools, composeVersion } from "./peers/compose";
import type { Tool } from "./peers/deployment";
import { overHosts, withHosts } from "./peers/hosts";
import { life, type Measured, timed } from "./peers/life";
import { ours, succeeded } from "./peers/ours";
import { writePage } from "./peers/page";
import { append, cellsOf, readResults } from "./peers/results";
import { terraform, terraformVersion } from "./peers/terraform";
import { report } from "./support/report";

const { values: given, positionals } = parseArgs({
    options: {
        runs: { type: "string", default: "5" },
        nodes: { type: "string", default: "3,6,30" },
        tools: { type: "string", default: "ours,compose,compose-tuned,terraform" },
        parts: { type: "string", default: "life,policy,hosts" },
        before: { type: "string" },
    },
    allowPositionals: true,
});
const runs = Number(given.runs);
const sizes = given.nodes.split(",").map(Number);
const names = given.tools.split(",");
const parts = given.parts.split(",");
const session = new Date().toISOString();
const load = Number(loadavg()[0]?.toFixed(1));

async function main(): Promise<void> {
    if (positionals[0] === "page") return writePage(readResults());
    known(names, Object.keys(tools));
    known(parts, ["life", "policy", "hosts"]);
    const checkouts = [
        ...(names.includes("ours") ? [{ name: "ours", folder: undefined }] : []),
        ...(given.before ? [{ name: "before", folder: given.before }] : []),
    ];
    const projects: Project[] = [];
    const taking: { tool: Tool; version: string; project?: Project }[] = [];
    try {
        for (const { name, folder } of checkouts) {
            const project = await Project.create(folder);
            projects.push(project);
            // Programs are translated from TypeScript when they first run.
            await project.npm("policy", "--stack", "dev");
            taking.push({ tool: ours(name, project), version: commitOf(folder), project });
        }
        taking.push(...(await present()));
        const own = taking.filter(({ project }) => project);
        // Before there are stack files of other parts.
        if (parts.includes("policy")) await inTurn(own, (one) => policy(one.project, told(one.tool.name, one.version)));
        if (parts.includes("life")) {
            for (const nodes of sizes) {
                await inTurn(taking, ({ tool, version }) => life(tool, nodes, told(tool.name, version)));
            }
        }
        if (parts.includes("hosts")) {
            await withHosts((hosts) =>
                inTurn(own, async ({ tool, version, project }) => {
                    if (project) await overHosts(project, hosts, told(tool.name, version));
                }),
            );
        }
    } finally {
        for (const project of projects) await project.remove();
        summary();
        writePage(readResults());
    }
}

function known(given: string[], all: string[]): void {
    for (const one of given)
        if (!all.includes(one)) throw new Error(`there is no ${one}; there are: ${all.join(", ")}`);
}

/** Those of the named peers that this machine has. */
async function present(): Promise<{ tool: Tool; version: string }[]> {
    const peers = [
        ...composeTools.map((tool) => ({ tool, program: "docker-compose", version: composeVersion })),
        { tool: terraform, program: "terraform", version: terraformVersion },
    ].filter(({ tool }) => names.includes(tool.name));
    const found: { tool: Tool; version: string }[] = [];
    for (const { tool, program, version } of peers) {
        const one = await version();
        if (one) found.push({ tool, version: one });
        else console.log(`${tool.name}: left out, ${program} is not on PATH`);
    }
    return found;
}

/** Each of them once, then each once more: whatever else the machine does is shared. One that fails is told. */
async function inTurn<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
    for (let run = 0; run < runs; run++) {
        for (const one of all) {
            await work(one).catch((error: Error) => {
                console.error(error);
                process.exitCode = 1;
            });
        }
    }
}

async function policy(project: Project | undefined, tell: (measured: Measured) => void): Promise<void> {
    if (!project) return;
    tell({ measure: "policy", nodes: 0, ...(await timed(async () => succeeded(await project.npm("policy")))) });
}

/** Keeps what is measured. */
function told(tool: string, version: string): (measured: Measured) => void {
    return (measured) => {
        append({ session, load, tool, version, ...rounded(measured) });
        const { measure, nodes, milliseconds } = measured;
        console.log(`  ${measure} ${nodes} ${tool}: ${(milliseconds / 1000).toFixed(2)} s`);
    };
}

function rounded({ milliseconds, pause, ...more }: Measured): Measured {
    return { ...more, milliseconds: Math.round(milliseconds), ...(pause ? { pause: Math.round(pause) } : {}) };
}

function summary(): void {
    for (const cell of cellsOf(readResults()).filter((one) => one.session === session)) {
        report(`${cell.measure}, ${cell.nodes} nodes`, { [cell.tool]: cell.milliseconds });
    }
}

function commitOf(folder = __dirname): string {
    return execFileSync("git", ["rev-parse", "--short", "HEAD"], { cwd: folder, encoding: "utf8" }).trim();
}

main().then(
    () => process.exit(),
    (error: Error) => {
        console.error(error);
        process.exit(1);
    },
);
