import { createHash } from "node:crypto";
import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { unseen } from "../redis/config";
import type { RedisNode } from "../redis/stack";

interface Parameters {
    minimumLength: number;
    refused: string[];
}

/** Passwords of tutorials, sample files and lists of the most common ones. */
// biome-ignore format: a list of words
const wellKnown = [
    "0000", "000000", "111111", "123", "1234", "12345", "123456", "1234567", "12345678", "123456789", "1234567890",
    "abc123", "admin", "admin123", "changeit", "changeme", "default", "dev", "example", "foobared", "guest", "letmein",
    "master", "master123", "mypass", "mypassword", "p@ssw0rd", "pass", "pass123", "passw0rd", "passwd", "password",
    "password1", "password123", "qwerty", "qwerty123", "redis", "redis123", "redis1234", "redispass", "redispassword",
    "redis-password", "redis_password", "replica", "root", "root123", "secret", "sentinel", "slave", "str0ng_passw0rd",
    "str0ngpassw0rd", "strongpassword", "supersecret", "supersecretpassword", "test", "test123", "toor", "valkey",
    "valkeypassword", "your-password", "your_password", "your_strong_password", "yourpassword", "yourstrongpassword",
    "yourverystrongpasswordhere",
];

/** A password as it is declared: in the clear or hashed. Never printed. */
interface Declared {
    readonly setting: string;
    readonly clear?: string;
    readonly hash?: string;
}

/** A short or well-known password is tried within minutes: Redis answers a million attempts a second. */
export const passwordStrength = nodePolicy<Parameters>({
    name: "redis-password-strength",
    description: "A password must be neither short nor well known nor the node's own name.",
    level: "mandatory",
    severity: "critical",
    ...redisDocumentation("Redis security", "Authentication"),
    area: "access",
    needs: ["node"],
    reason:
        "Redis answers hundreds of thousands of AUTH attempts a second and locks nobody out. The passwords of tutorials " +
        "(`123456`, `1234`, `passwd`, `foobared`) are the first ones tried, and their hashes are just as well known.",
    remediation:
        "Generate one of 32 random characters (`random.RandomPassword`, `openssl rand -hex 16`) and keep it as a Pulumi secret.",
    parameters: {
        minimumLength: { type: "integer", minimum: 1, default: 16, description: "The least number of characters." },
        refused: {
            type: "array",
            items: { type: "string" },
            default: [],
            description: "Further passwords that are refused, such as a company's usual ones.",
        },
    },
    *check(node, { minimumLength, refused }) {
        const words = [...wellKnown, ...refused.map((word) => word.toLowerCase()), ...ownNames(node)];
        const known = new Set(words);
        const hashes = new Set(words.map(hash));
        const seen = new Set<string>();
        for (const { setting, clear, hash: hashed } of declaredPasswords(node)) {
            if (seen.has(setting)) {
                continue;
            }
            const isKnown = clear === undefined ? hashes.has(hashed ?? "") : known.has(clear.toLowerCase());
            if (isKnown) {
                seen.add(setting);
                yield {
                    setting,
                    problem: "the password is a well-known one, or the node's own name",
                    fix: `Generate one of at least ${Math.max(minimumLength, 16)} random characters`,
                };
            } else if (clear !== undefined && clear.length < minimumLength) {
                seen.add(setting);
                yield {
                    setting,
                    problem: `the password has ${clear.length} characters, fewer than ${minimumLength}`,
                    fix: `Generate one of at least ${minimumLength} random characters`,
                };
            }
        }
    },
});

function hash(password: string): string {
    return createHash("sha256").update(password).digest("hex");
}

function ownNames(node: RedisNode): string[] {
    return [node.name, ...node.name.split(/[-_.]/), ...node.monitors.map(({ name }) => name)]
        .filter((name) => name.length > 2)
        .map((name) => name.toLowerCase());
}

function declaredPasswords(node: RedisNode): Declared[] {
    const declared: Declared[] = [];
    for (const setting of ["requirepass", "masterauth"]) {
        const password = node.settings.value(setting);
        if (password !== undefined && password !== "" && password !== unseen) {
            declared.push({ setting, clear: password });
        }
    }
    for (const { values } of node.settings.all("sentinel")) {
        const [word = "", , password] = values;
        if (word === "auth-pass" && password !== undefined && password !== unseen) {
            declared.push({ setting: "sentinel auth-pass", clear: password });
        }
    }
    for (const user of node.users.filter(({ source, name }) => name !== "default" || !isRequirepass(node, source))) {
        const setting = `user ${user.name}`;
        declared.push(
            ...user.passwords.map((clear) => ({ setting, clear })),
            ...user.hashes.map((hashed) => ({ setting, hash: hashed })),
        );
    }
    return declared;
}

/** Whether the default user's password is that of `requirepass`, which is reported by that name. */
function isRequirepass(node: RedisNode, source: string): boolean {
    return node.settings.last("requirepass")?.source === source && node.settings.value("aclfile") === undefined;
}
