import { readFileSync } from "node:fs";
import { combined, type Generated, parseGenerated } from "../../redis/acl/generatedPasswords";
import type { Passwords } from "../../redis/acl/passwords";
import { declarationFrom, keysOf, structured } from "../../redis/declaration/configuration";
import { validate } from "../../redis/declaration/validation";
import { buildModel, type Model } from "../../redis/model/model";
import { Failure } from "../setup/failure";
import { inClear, prefixOf } from "./configuration";
import type { Session } from "./session";
import { stackFile } from "./stackFile";

/** How the names of generated passwords begin in the state; then comes the user. */
export const passwordPrefix = "redis-password-";

/** The deployment of a stack. */
export interface DeclaredStack {
    model: Model;
    /** Every password, with those that are taken beside it. */
    passwords: Passwords;
    /** Generated passwords, as the state keeps them, by user. */
    generated: Record<string, Generated>;
    /** Passwords that the stack file gives, by user. */
    given: Passwords;
}

/** The deployment of a stack: its configuration, and what its state remembers. Works also when no `up` has succeeded. */
export async function declared(session: Session): Promise<DeclaredStack> {
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
    const generated: Record<string, Generated> = {};
    for (const [name, text] of remembered) {
        if (name.startsWith(passwordPrefix)) generated[name.slice(passwordPrefix.length)] = parseGenerated(text);
    }
    const given = (read("passwords") ?? {}) as Passwords;
    const model = buildModel(declaration as never, { id, prefix: prefixOf(session.stack) });
    return { model, generated, given, passwords: together(generated, given, (read("previous") ?? {}) as Passwords) };
}

/** The passwords as the program has them (components/credentials.ts). */
function together(generated: Record<string, Generated>, given: Passwords, previous: Passwords): Passwords {
    const byUser = { ...generated };
    for (const [user, password] of Object.entries(given)) {
        const former = user === "administrator" ? generated[user]?.password : undefined;
        byUser[user] = { password, ...(former === undefined ? {} : { former }) };
    }
    return combined(byUser, previous);
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
