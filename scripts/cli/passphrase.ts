import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";
import { root } from "../setup/paths";
import { keepKey, readKey } from "./keptKey";

/** Decrypts a value that the CLI has encrypted. */
export type Decrypt = (encrypted: string) => string;

/** How many rounds the CLI takes to make a key from a passphrase. */
const rounds = 1_000_000;
/** Bytes of the key, and of what proves at the end of an encrypted value that it is whole. */
const [keyLength, proofLength] = [32, 16];
/** What stands encrypted beside the salt, to tell a wrong passphrase. */
const known = "pulumi";

/** What a state says of how its secrets are encrypted. */
export interface SecretsProvider {
    type?: string;
    state?: { salt?: string };
}

/**
 * Decrypts the secrets of a state as the CLI does (Pulumi's `NewSymmetricCrypterFromPassphrase`): starting the CLI for that takes
 * longer than all else that is done to look at a stack. Undefined where another provider encrypts, where no passphrase is in the
 * environment, where it is a wrong one, or where the form is not known here: the CLI knows then, or says what is wrong.
 *
 * @param folder where the passphrase lies that this project has generated: the key is kept beside it, as closed as it is
 */
export async function decrypter(
    provider: SecretsProvider | undefined,
    env: NodeJS.ProcessEnv,
    folder?: string,
): Promise<Decrypt | undefined> {
    if (provider?.type !== "passphrase") return undefined;
    const [version, salt = "", ...proof] = provider.state?.salt?.split(":") ?? [];
    const given = version === "v1" ? passphrase(env) : undefined;
    if (given === undefined) return undefined;
    const proves = (decrypt: Decrypt) => {
        try {
            return decrypt(proof.join(":")) === known;
        } catch {
            return false;
        }
    };
    const kept = folder && readKey(folder, salt);
    if (kept && proves(decryptBy(kept))) return decryptBy(kept);
    const key = await derived(given, salt);
    if (!proves(decryptBy(key))) return undefined;
    if (folder) keepKey(folder, salt, key);
    return decryptBy(key);
}

const making = new Map<string, Promise<Buffer>>();

/** The key of a passphrase and a salt. A stack file and its state have the same salt, and are read at the same time. */
function derived(given: string, salt: string): Promise<Buffer> {
    const which = JSON.stringify([given, salt]);
    const key = making.get(which) ?? promisify(pbkdf2)(given, Buffer.from(salt, "base64"), rounds, keyLength, "sha256");
    making.set(which, key);
    return key;
}

function decryptBy(key: Buffer): Decrypt {
    return (encrypted) => {
        const [form, nonce = "", text = ""] = encrypted.split(":");
        if (form !== "v1") throw new Error("encrypted in a form that is not known");
        const bytes = Buffer.from(text, "base64");
        const decipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"), {
            authTagLength: proofLength,
        }).setAuthTag(bytes.subarray(-proofLength));
        return decipher.update(bytes.subarray(0, -proofLength), undefined, "utf8") + decipher.final("utf8");
    };
}

/** The passphrase, where the CLI looks for it, and in the same order. */
function passphrase(env: NodeJS.ProcessEnv): string | undefined {
    if (env.PULUMI_CONFIG_PASSPHRASE !== undefined) return env.PULUMI_CONFIG_PASSPHRASE;
    if (!env.PULUMI_CONFIG_PASSPHRASE_FILE) return undefined;
    try {
        return readFileSync(resolve(root, env.PULUMI_CONFIG_PASSPHRASE_FILE), "utf8").trim();
    } catch {
        return undefined;
    }
}
