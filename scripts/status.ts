import { survey } from "../commands/docker/survey";
import { observe } from "../commands/observe";
import { Connections } from "../commands/redis/connection";
import { clusterWarnings } from "../redis/cluster/status";
import { declarationFrom, keysOf, structured } from "../redis/configuration";
import { buildModel } from "../redis/model";
import { planDeployment, words } from "../redis/plan";
import { rolloutWords } from "../redis/rollout/words";
import { statusTable, verdict } from "../redis/status";
import { aclUsers, type Passwords } from "../redis/users";
import { validate } from "../redis/validation";
import { writeRefusals } from "../redis/writeRefusals";
import { prefixOf } from "./cli/configuration";
import type { Session } from "./cli/session";
import { Failure } from "./setup/failure";

/** Prints the topology as it is and what differs from the declared one; 1 when something does, or takes no writes. */
export async function main(session: Session): Promise<number> {
    const { model, passwords } = await declared(session);
    const connections = new Connections(passwords.administrator ?? "");
    try {
        const observation = await observe(model, await Promise.all(model.hosts.map(survey)), connections);
        for (const line of statusTable(model, observation)) console.log(line);
        const desired = {
            model,
            users: aclUsers(model, passwords),
            replicationPassword: passwords.replication ?? "",
            passwords,
        };
        const plan = planDeployment(desired, observation);
        if (model.topology === "cluster") warn(clusterWarnings(model, observation));
        if (plan.refused) {
            console.log("\nCannot be converged:");
            for (const reason of plan.refused) console.log(`  ${reason}`);
            return 1;
        }
        const differences = [...plan.steps.map(words), ...plan.waiting, ...rolloutWords(model, observation)];
        const { lines, code } = verdict(differences, writeRefusals(observation));
        for (const line of lines) console.log(line);
        return code;
    } finally {
        connections.close();
    }
}

function warn(warnings: string[]): void {
    if (warnings.length === 0) return;
    console.log("\nBeware:");
    for (const warning of warnings) console.log(`  ${warning}`);
}

/** The deployment of a stack: its configuration, and what its state remembers. Works also when no `up` has succeeded. */
async function declared(session: Session) {
    const flags = ["--stack", session.stack, "--show-secrets"];
    const file = session.configFile ? ["--config-file", session.configFile] : [];
    const config: Record<string, { value?: string; objectValue?: unknown }> = JSON.parse(
        await session.read(["config", "--json", ...flags, ...file]),
    );
    const read = (key: string) => config[`redis:${key}`]?.objectValue ?? structured(config[`redis:${key}`]?.value);
    const declaration = declarationFrom(read, keysOf("redis", config));
    const problems = validate(declaration).map(({ path, message }) => `  ${path}: ${message}`);
    if (problems.length > 0) throw new Failure(["The stack file cannot be used as it is:", ...problems].join("\n"));

    const state = JSON.parse(await session.read(["stack", "export", ...flags]));
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

interface StashState {
    urn: string;
    outputs: { output: unknown };
}

/** A value of an exported state; secrets are wrapped, as JSON. */
function plain(value: unknown): string {
    const wrapped = value as { plaintext?: string };
    return typeof value === "string" ? value : JSON.parse(wrapped.plaintext ?? '""');
}
