import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import type { Container } from "../redis/container";
import { inWords } from "../redis/judge";
import { asRecord, asText, asTexts, known, UNKNOWN, type Unknown } from "../redis/plain";

/** Redis needs no capability once it runs as its own user. */
export const capabilities = containerPolicy({
    name: "redis-capabilities",
    description: "All capabilities should be dropped and none added.",
    level: "advisory",
    severity: "medium",
    ...cisDocker(
        "5.4",
        "Ensure that Linux kernel capabilities are restricted within containers",
        "Docker Engine security",
        "Linux kernel capabilities",
    ),
    area: "container",
    reason:
        "Docker leaves a container fourteen capabilities, among them to change owners, to open raw sockets and to make devices. A " +
        "server that runs as its own user needs none.",
    remediation: 'Write `capabilities: { drops: ["ALL"] }` together with `user: "999:999"`.',
    *check(container) {
        const { adds, drops } = lists(container);
        if (adds !== UNKNOWN && adds.length > 0) {
            yield {
                setting: "capabilities.adds",
                problem: `${inWords(adds.map(String))} ${adds.length > 1 ? "are" : "is"} added, which Redis has no use for`,
                fix: "Leave the list out",
            };
        }
        if (drops !== UNKNOWN && !drops.includes(UNKNOWN) && !dropsAll(drops)) {
            yield {
                setting: "capabilities.drops",
                problem: "the container keeps Docker's capabilities",
                fix: 'Write `capabilities: { drops: ["ALL"] }` and `user: "999:999"`',
            };
        }
    },
    // A container that starts as root needs some of them to give root up.
    remedy(container) {
        const { adds, drops } = lists(container);
        const user = asText(container.props.user);
        const isOwnUser = known(user) && /^[1-9]\d*(?::|$)/.test(user);
        return isOwnUser &&
            adds !== UNKNOWN &&
            adds.length === 0 &&
            drops !== UNKNOWN &&
            !drops.includes(UNKNOWN) &&
            !dropsAll(drops)
            ? { capabilities: { drops: ["ALL"] } }
            : undefined;
    },
});

interface Lists {
    readonly adds: readonly (string | Unknown)[] | Unknown;
    readonly drops: readonly (string | Unknown)[] | Unknown;
}

function lists({ props }: Container): Lists {
    const record = asRecord(props.capabilities);
    return record === UNKNOWN
        ? { adds: UNKNOWN, drops: UNKNOWN }
        : { adds: asTexts(record.adds), drops: asTexts(record.drops) };
}

function dropsAll(drops: readonly unknown[]): boolean {
    return drops.some((drop) => typeof drop === "string" && /^(?:CAP_)?ALL$/i.test(drop));
}
