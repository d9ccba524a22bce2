import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { unseen } from "../redis/config";
import type { Container } from "../redis/container";
import { hasNoHealthCheck, healthWords } from "../redis/healthCheck";
import { flavourOf } from "../redis/image";
import { UNKNOWN } from "../redis/plain";

/** A check that cannot fail is none. */
export const healthCheck = containerPolicy({
    name: "redis-health-check",
    description: "The container should have a health check that fails on an error reply.",
    level: "advisory",
    severity: "medium",
    ...cisDocker("5.27", "Ensure that container health is checked at runtime", "Dockerfile reference", "healthcheck"),
    area: "container",
    reason: "The official image has no health check, and `redis-cli ping` exits 0 on an error reply: NOAUTH, LOADING and MISCONF all count as healthy.",
    remediation:
        "Write `redis-cli -e -p PORT ping` (Redis 7 and later) or `redis-cli -p PORT ping | grep -q PONG`; a password from a file " +
        '(`REDISCLI_AUTH="$(cat FILE)"`), for a user who may only PING.',
    *check(container) {
        const words = healthWords(container);
        if (hasNoHealthCheck(container)) {
            // An image of someone's own may bring one.
            if (container.reference === undefined || flavourOf(container.reference) !== "custom") {
                yield {
                    setting: "healthcheck",
                    problem: "there is none, so a server that hangs counts as running",
                    fix: `Write \`redis-cli -e -p ${portOf(container)} ping\` as its test, with the password from a file where one is needed`,
                };
            }
            return;
        }
        if (words === undefined || words.includes(UNKNOWN)) {
            return;
        }
        const text = words.join(" ");
        const asksClient = /\b(?:redis|valkey)-cli\b/.test(text);
        const noticesErrors =
            /(?:^|\s)-e(?:\s|$)/.test(text.replace(/\bgrep\b.*$/, "")) ||
            /PONG|\bgrep\b|\bawk\b|==?\s|\.sh\b/.test(text);
        if (asksClient && !noticesErrors) {
            yield {
                setting: "healthcheck",
                problem:
                    "redis-cli exits 0 on an error reply, so the check passes while the server answers NOAUTH or LOADING",
                fix: "Write `-e` behind `redis-cli`, or look for the answer by `| grep -q PONG`",
            };
        }
    },
});

/** The port as far as the command tells it. */
function portOf(container: Container): string {
    const { start } = container;
    if (start.is === "default") {
        return "6379";
    }
    const { directives, file } = start.is === "server" ? start.invocation : { directives: [], file: UNKNOWN };
    const given = directives.findLast(({ name }) => name === "port")?.values[0];
    if (given !== undefined) {
        return given === unseen ? "PORT" : given;
    }
    return file === undefined ? "6379" : "PORT";
}
