import { isQuarantined, type Live, sameEndpoint } from "./live";
import type { RoleStep } from "./plan";

/** The step that has a server follow another one. */
export function follow(server: Live, parent: Live, why?: string): RoleStep {
    const { following, keys } = server.redis;
    const was = !following
        ? `it is a master of its own with ${keys} keys`
        : !isQuarantined(server.redis)
          ? `it follows ${following.host}:${following.port}`
          : keys > 0
            ? "it was set aside"
            : "it came up empty";
    return { kind: "follow", node: server.node, parent: parent.node, endpoint: parent.announce, was, why };
}

/** What is expected of a link that is not up, and what is seen. */
export function linkExpectation(server: Live, parent: string): string {
    const { syncBytesLeft } = server.redis;
    const seen =
        syncBytesLeft > 0 ? `a full synchronisation with ${syncBytesLeft} bytes to come` : "master_link_status:down";
    return `${server.node}: expected its link to ${parent} to be up, seen ${seen}`;
}

/** What is expected of a parent that does not count its replica as online, and what is seen; undefined when it does. */
export function onlineExpectation(replica: Live, parent: Live): string | undefined {
    const known = parent.redis.replicas.find(({ announce }) => sameEndpoint(announce, replica.announce));
    if (known?.state === "online") return undefined;
    return `${parent.node}: expected ${replica.node} as an online replica, seen ${known?.state ?? "none"}`;
}
