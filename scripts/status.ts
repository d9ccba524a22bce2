import { readFileSync } from "node:fs";
import { survey } from "../commands/docker/survey";
import { observe } from "../commands/observe";
import { Connections } from "../commands/redis/connection";
import { clusterWarnings } from "../redis/cluster/status";
import { declarationFrom, keysOf, structured } from "../redis/configuration";
import { drainSentences } from "../redis/drain/words";
import { buildModel } from "../redis/model";
import { withNetwork } from "../redis/network";
import { planDeployment, words } from "../redis/plan";
import { rolloutWords } from "../redis/rollout/words";
import { statusTable, verdict } from "../redis/status";
import { statusJson } from "../redis/statusJson";
import { aclUsers, type Passwords } from "../redis/users";
import { validate } from "../redis/validation";
import { writeRefusals } from "../redis/writeRefusals";
import { inClear, prefixOf } from "./cli/configuration";
import type { Session } from "./cli/session";
import { stackFile } from "./cli/stackFile";
import { Failure } from "./setup/failure";

/** How what is seen is shown. */
export type Form = "table" | "json";

/** Prints the topology as it is and what differs from the declared one; 1 when something does, or takes no writes. */
export async function main(session: Session, form: Form = "table"): Promise<number> {
    const { model: built, passwords } = await declared(session);
    const surveys = await Promise.all(built.hosts.map(survey));
    const model = withNetwork(built, surveys);
    const connections = new Connections(passwords.administrator ?? "");
    try {
        const observation = await observe(model, surveys, connections);
        const desired = {
            model,
            users: aclUsers(model, passwords),
            replicationPassword: passwords.replication ?? "",
            passwords,
        };
        const { steps, waiting, refused = [] } = planDeployment(desired, observation);
        const differences =
            refused.length > 0 ? [] : [...steps.map(words), ...waiting, ...rolloutWords(model, observation)];
        const refusals = writeRefusals(observation);
        const warnings = model.topology === "cluster" ? clusterWarnings(model, observation) : [];
        const draining = drainSentences(model, observation, differences.length + refused.length === 0);
        if (form === "json") {
            const seen = statusJson(observation, { warnings, refused, differences, refusals, draining });
            console.log(JSON.stringify({ stack: session.stack, ...seen }, undefined, 2));
            return seen.asDeclared && seen.usable ? 0 : 1;
        }
        for (const line of statusTable(model, observation)) console.log(line);
        section("Draining:", draining);
        section("Beware:", warnings);
        section("Cannot be converged:", refused);
        if (refused.length > 0) return 1;
        const { lines, code } = verdict(differences, refusals);
        for (const line of lines) console.log(line);
        return code;
    } finally {
        connections.close();
    }
}

function section(title: string, sentences: string[]): void {
    if (sentences.length === 0) return;
    console.log(`\n${title}`);
    for (const sentence of sentences) console.log(`  ${sentence}`);
}

/** The deployment of a stack: its configuration, and what its state remembers. Works also when no `up` has succeeded. */
async function declared(session: Session) {
    const flags = ["--stack", session.stack, "--show-secrets"];
    const [{ read, keys }, exported] = await Promise.all([
        configured(session, flags),
        session.read(["stack", "export", ...flags]),
    ]);
    const declaration = declarationFrom(read, keys);
    const problems = validate(declaration).map(({ path, message }) => `  ${path}: ${message}`);
    if (problems.length > 0) throw new Failure(["The stack file cannot be used as it is:", ...problems].join("\n"));

    const state = JSON.parse(exported);
    const remembered = new Map<string, string>(
        (state.deployment?.resources ?? [])
            .filter(({ type }: { type: string }) => type === "pulumi:index:Stash")
            .map(({ urn, outputs }: StashState) => [urn.split("::").pop() ?? "", plain(outputs.output)]),
    );
    const id = remembered.get("redis-deployment-id");
    if (!id)
        throw new Failure(`The stack ${session.stack} is not up: there is nothing to look at. npm run up creates it.`);
    const prefix = "redis-password-";
    const generated = [...remembered].filter(([name]) => name.startsWith(prefix));
    const passwords: Passwords = {
        ...Object.fromEntries(generated.map(([name, password]) => [name.slice(prefix.length), password])),
        ...(read("passwords") as Passwords | undefined),
    };
    return { model: buildModel(declaration as never, { id, prefix: prefixOf(session.stack) }), passwords };
}

/** Values of a stack's configuration by key, without the namespace, and the keys that it has. */
interface Configured {
    read(key: string): unknown;
    keys: string[];
}

/** The configuration of a stack, secrets in clear. Only the CLI can decrypt; a file without secrets needs no CLI. */
async function configured(session: Session, flags: string[]): Promise<Configured> {
    const path = session.configFile ?? stackFile(session.stack);
    const text = readFileSync(path, "utf8");
    if (!/\bsecure:/.test(text)) return inClear(text, `Pulumi.${session.stack}.yaml`);
    const file = session.configFile ? ["--config-file", session.configFile] : [];
    const config: Record<string, { value?: string; objectValue?: unknown }> = JSON.parse(
        await session.read(["config", "--json", ...flags, ...file]),
    );
    return {
        read: (key) => config[`redis:${key}`]?.objectValue ?? structured(config[`redis:${key}`]?.value),
        keys: keysOf("redis", config),
    };
}

interface StashState {
    urn: string;
    outputs: { output: unknown };
}

/** A value of an exported state; secrets are wrapped, as JSON. */
function plain(value: unknown): string {
    const wrapped = value as { plaintext?: string };
    return typeof value === "string" ? value : JSON.parse(wrapped.plaintext ?? '""');
}
