/** Every policy of the pack, in the order of the catalogue. */

import { administrativeCommands } from "./access/administrativeCommands";
import { dangerousCommands } from "./access/dangerousCommands";
import { passwordRequired } from "./access/passwordRequired";
import { passwordStrength } from "./access/passwordStrength";
import { renamedCommands } from "./access/renamedCommands";
import { replicaAuthentication } from "./access/replicaAuthentication";
import { runtimeProtection } from "./access/runtimeProtection";
import { sentinelPassword } from "./access/sentinelPassword";
import { unrestrictedUser } from "./access/unrestrictedUser";
import { userPassword } from "./access/userPassword";
import { capabilities } from "./container/capabilities";
import { dockerSocket } from "./container/dockerSocket";
import { evictionPolicy } from "./container/evictionPolicy";
import { gracefulStop } from "./container/gracefulStop";
import { healthCheck } from "./container/healthCheck";
import { hostSysctl } from "./container/hostSysctl";
import { imagePinned } from "./container/imagePinned";
import { logRotation } from "./container/logRotation";
import { maxmemory } from "./container/maxmemory";
import { memoryLimit } from "./container/memoryLimit";
import { minimumVersion } from "./container/minimumVersion";
import { newPrivileges } from "./container/newPrivileges";
import { nonRoot } from "./container/nonRoot";
import { privileged } from "./container/privileged";
import { restartPolicy } from "./container/restartPolicy";
import { writableRoot } from "./container/writableRoot";
import { configurationVisible } from "./data/configurationVisible";
import { persistenceStated } from "./data/persistenceStated";
import { replicaPersistence } from "./data/replicaPersistence";
import { singleFileConfiguration } from "./data/singleFileConfiguration";
import { volatileMaster } from "./data/volatileMaster";
import { dataVolume } from "./data/volume";
import { volumeProtected } from "./data/volumeProtected";
import { busPublished } from "./network/busPublished";
import { hostNetworkBind } from "./network/hostNetworkBind";
import { loopbackAnnounced } from "./network/loopbackAnnounced";
import { protectedMode } from "./network/protectedMode";
import { publishedEverywhere } from "./network/publishedEverywhere";
import { tls } from "./network/tls";
import type { CataloguedPolicy } from "./policy";
import { commandSecret } from "./secrets/command";
import { environmentSecret } from "./secrets/environment";
import { healthCheckSecret } from "./secrets/healthCheck";
import { labelSecret } from "./secrets/labels";
import { unmarkedSecret } from "./secrets/unmarked";
import { chainWithSentinel } from "./shape/chainWithSentinel";
import { clusterMasters } from "./shape/clusterMasters";
import { duplicateAddress } from "./shape/duplicateAddress";
import { masterMajority } from "./shape/masterMajority";
import { replicaHost } from "./shape/replicaHost";
import { sentinelCount } from "./shape/sentinelCount";
import { sentinelHosts } from "./shape/sentinelHosts";
import { sentinelQuorum } from "./shape/sentinelQuorum";

export const policies: CataloguedPolicy[] = [
    // access
    administrativeCommands,
    dangerousCommands,
    passwordRequired,
    passwordStrength,
    renamedCommands,
    replicaAuthentication,
    runtimeProtection,
    sentinelPassword,
    unrestrictedUser,
    userPassword,
    // network
    busPublished,
    hostNetworkBind,
    loopbackAnnounced,
    protectedMode,
    publishedEverywhere,
    tls,
    // secrets
    commandSecret,
    environmentSecret,
    healthCheckSecret,
    labelSecret,
    unmarkedSecret,
    // container
    capabilities,
    dockerSocket,
    evictionPolicy,
    gracefulStop,
    healthCheck,
    hostSysctl,
    imagePinned,
    logRotation,
    maxmemory,
    memoryLimit,
    minimumVersion,
    newPrivileges,
    nonRoot,
    privileged,
    restartPolicy,
    writableRoot,
    // data
    configurationVisible,
    persistenceStated,
    replicaPersistence,
    singleFileConfiguration,
    volatileMaster,
    dataVolume,
    volumeProtected,
    // shape
    chainWithSentinel,
    clusterMasters,
    duplicateAddress,
    masterMajority,
    replicaHost,
    sentinelCount,
    sentinelHosts,
    sentinelQuorum,
];
