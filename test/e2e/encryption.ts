import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { localBackend } from "../../scripts/cli/backend";
import { stateFolder } from "../../scripts/setup/paths";

/** Bytes of a nonce, as Pulumi has them. */
const nonceBytes = 12;

/** Encrypts what a stack file holds as `pulumi config set --secret` does, which would take a second for each value. */
export class Encryption {
    private readonly salt = randomBytes(8);
    private readonly key: Buffer;

    private constructor(passphrase: string) {
        this.key = pbkdf2Sync(passphrase, this.salt, 1_000_000, 32, "sha256");
    }

    /** With the passphrase that the npm commands generate for a user with this environment. */
    static of(env: NodeJS.ProcessEnv): Encryption {
        const { PULUMI_CONFIG_PASSPHRASE_FILE: file = "" } = localBackend(stateFolder(env)).env;
        return new Encryption(readFileSync(file, "utf8"));
    }

    /** What the stack file says of it; by its last part Pulumi tells whether a passphrase is the right one. */
    get encryptionsalt(): string {
        return `v1:${this.salt.toString("base64")}:${this.encrypt("pulumi")}`;
    }

    secure(text: string): { secure: string } {
        return { secure: this.encrypt(text) };
    }

    private encrypt(text: string): string {
        const nonce = randomBytes(nonceBytes);
        const cipher = createCipheriv("aes-256-gcm", this.key, nonce);
        const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
        return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
    }
}
