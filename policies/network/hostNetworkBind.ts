import { redisDocumentation } from "../frameworks";
import { nodePolicy } from "../pulumi/stackPolicy";
import { lacks } from "../redis/judge";
import { usesHostNetwork } from "../redis/stack";

const everywhere = new Set(["*", "-*", "0.0.0.0", "::", "-::", "-::*", "::*"]);

/** With the host's network there is no Docker between the port and the world. */
export const hostNetworkBind = nodePolicy({
    name: "redis-host-network-bind",
    description: "A server on the host's network must bind to chosen addresses.",
    level: "mandatory",
    severity: "high",
    ...redisDocumentation("Redis security", "Network security"),
    area: "network",
    needs: ["hostNetwork"],
    reason: "On the host's network a server without `bind` listens on every interface of the host, public ones included.",
    remediation: "Write `bind <address of the private network> 127.0.0.1`.",
    *check(node) {
        if (!usesHostNetwork(node)) {
            return;
        }
        const bind = node.settings.last("bind");
        const open = bind?.values.find((address) => everywhere.has(address));
        if (open !== undefined) {
            yield {
                setting: "bind",
                problem: `\`${open}\` on the host's network listens on every interface of the host`,
                fix: "Write `bind` with the address of the private network, and 127.0.0.1",
            };
        } else if (lacks(node, "bind")) {
            yield {
                setting: "bind",
                problem:
                    "it is not set, and on the host's network the server then listens on every interface of the host",
                fix: "Write `bind` with the address of the private network, and 127.0.0.1",
            };
        }
    },
});
