/** A container as Docker lists it, running or not. */
export interface ContainerListing {
    id: string;
    name: string;
    image: string;
    imageId: string;
    labels: Record<string, string>;
    /** Docker's own word: `created`, `running`, `restarting`, `exited`, `paused`, `dead`. */
    state: string;
    /** Docker's sentence: `Exited (1) 3 seconds ago`. */
    status: string;
    /** Published host ports. */
    ports: number[];
    /** Addresses inside its networks. */
    addresses: string[];
    /** Names of the volumes that it mounts. */
    volumes: string[];
    /** Whether it uses the host's own network. */
    hostNetwork?: boolean;
    /** The networks it is attached to, with the fixed address that it has there. */
    networks?: { name: string; fixed?: string }[];
}

export interface NamedListing {
    name: string;
    labels: Record<string, string>;
}

export interface NetworkListing extends NamedListing {
    subnets: string[];
    /** The address of the host itself in it. */
    gateway?: string;
}

/** What one Engine holds; or why it could not be asked. */
export type EngineInventory =
    | {
          host: string;
          reachable: true;
          /** `memory`: bytes of the machine, as far as the Engine says. */
          engine: { id: string; version: string; name: string; memory?: number };
          containers: ContainerListing[];
          volumes: NamedListing[];
          networks: NetworkListing[];
      }
    | { host: string; reachable: false; problem: string };
