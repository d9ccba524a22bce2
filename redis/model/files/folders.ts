/** Where the declared files are mounted, read-only. */
export const declaredFolder = "/etc/redis";
/** The data volume. */
export const dataFolder = "/data";
/** The file that the server is started with and that CONFIG REWRITE writes. */
export const mainFile = `${dataFolder}/redis.conf`;
