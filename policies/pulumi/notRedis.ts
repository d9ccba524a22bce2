/** Why a container is not judged that runs something else. */
export const notRedis = "As far as its image and command tell, the container runs no Redis and no Valkey.";
