import { readFileSync } from "node:fs";
import { combined, type Generated, parseGenerated } from "../../redis/acl/generatedPasswords";
import type { Passwords } from "../../redis/acl/passwords";
import { declarationFrom, keysOf, structured } from "../../redis/declaration/configuration";
import { validate } from "../../redis/declaration/validation";
import { buildModel, type Model } from "../../redis/model/model";
import type { Export } from "../repair/state";
import { Failure } from "../setup/failure";
import { fileBackend } from "./backend";
import { type Configured, inClear, prefixOf, projectName, secretsProviderOf } from "./configuration";
import { type Decrypt, decrypter } from "./passphrase";
import type { Session } from "./session";
import { stackFile } from "./stackFile";
import { stateFile } from "./stateFile";

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
    const [{ read, keys }, remembered] = await Promise.all([configured(session), remembers(session)]);
    const declaration = declarationFrom(read, keys);
    const problems = validate(declaration).map(({ path, message }) => `  ${path}: ${message}`);
    if (problems.length > 0) throw new Failure(["The stack file cannot be used as it is:", ...problems].join("\n"));

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

/** The configuration of a stack, secrets in clear. The CLI is asked for what cannot be decrypted here. */
async function configured(session: Session): Promise<Configured> {
    const path = session.configFile ?? stackFile(session.stack);
    const [text, name] = [readFileSync(path, "utf8"), `Pulumi.${session.stack}.yaml`];
    if (!/\bsecure:/.test(text)) return inClear(text, name);
    const decrypt = await decrypter(secretsProviderOf(text, name), session.env, session.backend.folder);
    try {
        if (decrypt) return inClear(text, name, decrypt);
    } catch {
        // The CLI says what is wrong with it.
    }
    const file = session.configFile ? ["--config-file", session.configFile] : [];
    const config: Record<string, { value?: string; objectValue?: unknown }> = JSON.parse(
        await session.read(["config", "--json", ...inClearText(session), ...file]),
    );
    return {
        read: (key) => config[`redis:${key}`]?.objectValue ?? structured(config[`redis:${key}`]?.value),
        keys: keysOf("redis", config),
    };
}

/** What the program has put away in the state, by name, in clear. */
async function remembers(session: Session): Promise<Map<string, string>> {
    const folder = fileBackend(session.env);
    const kept = folder && stateFile(folder, projectName(), session.stack);
    const decrypt = kept && (await decrypter(kept.deployment?.secrets_providers, session.env, session.backend.folder));
    return decrypt ? stashes(kept, decrypt) : stashes(await exported(session));
}

async function exported(session: Session): Promise<Export> {
    return JSON.parse(await session.read(["stack", "export", ...inClearText(session)]));
}

const inClearText = ({ stack }: Session) => ["--stack", stack, "--show-secrets"];

function stashes({ deployment }: Export, decrypt?: Decrypt): Map<string, string> {
    const found = (deployment?.resources ?? []).filter(({ type }) => type === "pulumi:index:Stash");
    return new Map(found.map(({ urn, outputs }) => [urn.split("::").pop() ?? "", plain(outputs?.output, decrypt)]));
}

/** A value of a state; secrets are wrapped, as JSON, encrypted or not. */
function plain(value: unknown, decrypt?: Decrypt): string {
    if (typeof value === "string") return value;
    const { plaintext, ciphertext } = value as { plaintext?: string; ciphertext?: string };
    return JSON.parse(plaintext ?? (ciphertext && decrypt?.(ciphertext)) ?? '""');
}
