import { cisDocker } from "../frameworks";
import { containerPolicy } from "../pulumi/containerPolicy";
import { known, type Maybe, UNKNOWN } from "../redis/plain";

/** Whoever has the socket has the host. */
export const dockerSocket = containerPolicy({
    name: "redis-docker-socket",
    description: "Docker's socket must not be mounted.",
    level: "mandatory",
    severity: "critical",
    ...cisDocker(
        "5.32",
        "Ensure that the Docker socket is not mounted inside any containers",
        "Protect the Docker daemon socket",
    ),
    area: "container",
    reason: "Whoever can write to Docker's socket can start a privileged container and is root on the host.",
    remediation: "Leave the mount out: Redis has no use for it.",
    *check({ mounts }) {
        for (const mount of mounts === UNKNOWN ? [] : mounts) {
            const paths: Maybe<string>[] = [mount.source, mount.target];
            if (paths.some((path) => known(path) && /(?:^|\/)(?:docker|podman|containerd)\.sock$/.test(path))) {
                yield {
                    setting: "volumes",
                    problem: "Docker's socket is mounted, which makes the container root on the host",
                    fix: "Leave the mount out",
                };
            }
        }
    },
});
