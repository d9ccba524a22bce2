import { declaredFolder } from "./startScript";

/**
 * Docker's health check of a server: is it alive. The password of the user `health` comes from a file, so that it stands
 * neither in the container's specification nor in its process list.
 */
export function healthCheck(port: number): string[] {
    // -e: without it redis-cli exits 0 on error replies.
    const ping = `redis-cli -e --user health -p ${port} ping`;
    return ["CMD-SHELL", `REDISCLI_AUTH="$(cat ${declaredFolder}/health-password)" ${ping}`];
}
