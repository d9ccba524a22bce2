import type { ServerObservation } from "./observation";

type Container = ServerObservation["container"];

const isIn = (container: Container, states: readonly string[]): boolean =>
    container !== undefined && states.includes(container.state);

/** Whether there is a process that may hold data, also a frozen one. */
export const hasProcess = (container: Container): boolean => isIn(container, ["running", "paused"]);

/** Whether a container can be started: it has not been yet, or has ended. */
export const isStartable = (container: Container): boolean => isIn(container, ["exited", "created"]);

/** Whether Docker cannot keep a container running. */
export const isFailing = (container: Container): boolean => isIn(container, ["restarting", "dead"]);

/** Whether a container that ran does not any more. */
export const hasEnded = (container: Container): boolean => isFailing(container) || isIn(container, ["exited"]);
