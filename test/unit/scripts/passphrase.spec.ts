import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { inClear, secretsProviderOf } from "../../../scripts/cli/configuration";
import { decrypter } from "../../../scripts/cli/passphrase";

describe("secrets of a state", () => {
    // Pulumi 3.259 wrote both, by `pulumi config set --secret k "battery staple"`.
    const salt = "v1:FQwzsK9Ihuo=:v1:NqT2BNVHiDPjvl05:VvQh7CQygZEtCRuU5ew8WaWdL1hGjA==";
    const encrypted = "v1:EL6DyySqcPtaAC7z:EO/KCOlXH9juLoAIt9n0RCi7GK6y6p1CAoGDuKKf";
    const passphrase = "correct horse";
    const provider = { type: "passphrase", state: { salt } };

    it("are decrypted with the passphrase", async () => {
        const decrypt = await decrypter(provider, { PULUMI_CONFIG_PASSPHRASE: passphrase });
        assert.equal(decrypt?.(encrypted), "battery staple");
    });

    it("are decrypted with a passphrase in a file, which a given one is taken before", async () => {
        const folder = mkdtempSync(join(tmpdir(), "passphrase-"));
        const file = join(folder, "passphrase");
        writeFileSync(file, `${passphrase}\n`);
        try {
            assert.ok(await decrypter(provider, { PULUMI_CONFIG_PASSPHRASE_FILE: file }));
            const env = { PULUMI_CONFIG_PASSPHRASE_FILE: file, PULUMI_CONFIG_PASSPHRASE: "another" };
            assert.equal(await decrypter(provider, env), undefined);
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("are decrypted faster with the key that was kept, which only its owner can read, and never with a wrong one", async () => {
        const folder = mkdtempSync(join(tmpdir(), "passphrase-"));
        const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
        try {
            const wrong = { PULUMI_CONFIG_PASSPHRASE: "another" };
            assert.equal(await decrypter(provider, wrong, folder), undefined);
            assert.equal(existsSync(join(folder, "keys")), false, "kept before it was proved");
            assert.ok(await decrypter(provider, env, folder));
            const [kept = ""] = readdirSync(join(folder, "keys"));
            const path = join(folder, "keys", kept);
            assert.deepEqual(
                [path, dirname(path)].map((one) => statSync(one).mode & 0o777),
                [0o600, 0o700],
            );
            const key = readFileSync(path);
            assert.equal((await decrypter(provider, env, folder))?.(encrypted), "battery staple");
            for (const broken of [Buffer.alloc(32), key.subarray(0, 5), Buffer.alloc(0)]) {
                writeFileSync(path, broken);
                assert.equal((await decrypter(provider, env, folder))?.(encrypted), "battery staple");
                assert.deepEqual(readFileSync(path), key);
            }
        } finally {
            rmSync(folder, { recursive: true });
        }
    });

    it("that were changed are an error, and are never told in part", async () => {
        const decrypt = await decrypter(provider, { PULUMI_CONFIG_PASSPHRASE: passphrase });
        const [form, nonce, text = ""] = encrypted.split(":");
        const bytes = Buffer.from(text, "base64");
        bytes[0] = (bytes[0] ?? 0) ^ 1;
        assert.throws(() => decrypt?.([form, nonce, bytes.toString("base64")].join(":")), /authenticate/);
        assert.throws(() => decrypt?.(encrypted.replace("v1", "v2")), /form that is not known/);
    });

    it("are decrypted in a stack file wherever they stand", async () => {
        const text = JSON.stringify({
            encryptionsalt: salt,
            config: {
                "redis:image": "redis:8.0",
                "redis:passwords": { default: { secure: encrypted }, other: "plain" },
                "redis:whole": { secure: encrypted },
                "redis:listed": [{ secure: encrypted }, { secure: encrypted, more: 1 }],
            },
        });
        const env = { PULUMI_CONFIG_PASSPHRASE: passphrase };
        const { read, keys } = inClear(text, "a file", await decrypter(secretsProviderOf(text, "a file"), env));
        assert.equal(read("image"), "redis:8.0");
        assert.deepEqual(read("passwords"), { default: "battery staple", other: "plain" });
        assert.equal(read("whole"), "battery staple");
        assert.deepEqual(read("listed"), ["battery staple", { secure: encrypted, more: 1 }]);
        assert.deepEqual(keys, ["image", "passwords", "whole", "listed"]);
        const other = JSON.stringify({ secretsprovider: "awskms://key", encryptedkey: "x", config: {} });
        assert.equal(await decrypter(secretsProviderOf(other, "a file"), env), undefined);
    });

    for (const [what, other, env] of [
        ["where another provider encrypts", { type: "cloud" }, { PULUMI_CONFIG_PASSPHRASE: passphrase }],
        ["where nothing says how", undefined, { PULUMI_CONFIG_PASSPHRASE: passphrase }],
        ["with a wrong passphrase", provider, { PULUMI_CONFIG_PASSPHRASE: "correct" }],
        ["without a passphrase", provider, {}],
        ["with a file that is not there", provider, { PULUMI_CONFIG_PASSPHRASE_FILE: "/nowhere" }],
        [
            "in another form",
            { type: "passphrase", state: { salt: `v2${salt.slice(2)}` } },
            { PULUMI_CONFIG_PASSPHRASE: passphrase },
        ],
    ] as const) {
        it(`are left to the CLI ${what}`, async () => assert.equal(await decrypter(other, env), undefined));
    }
});
