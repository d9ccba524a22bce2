import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { localEndpoint } from "../../reconcile/docker/endpoint";
import type { HostArguments } from "../../redis/declaration/arguments";
import { onHost } from "../cli/leftOut";
import type { Session } from "../cli/session";
import { Failure } from "../setup/failure";
import { lastLines } from "../setup/processes";
import { say } from "../setup/progress";
import { temporaryFolder } from "../setup/temporary";
import { removeUnrecorded } from "./docker";
import { lostHosts, without } from "./lost";
import { type Export, type Recorded, recorded } from "./state";

/** Has the state forget what hosts held that are lost for good: nobody could delete it. Returns the state as it is then. */
export async function forgetLost(session: Session, state: Export, declared: HostArguments[]): Promise<Export> {
    const resources = state.deployment?.resources ?? [];
    const lost = lostHosts(state, declared).map(({ name }) => ({ name, ...onHost(resources, name) }));
    const forgotten = lost.flatMap(({ provider, held }) => [...held, ...provider]);
    if (forgotten.length === 0) return state;
    for (const { name, held } of lost) {
        say(`${name} was declared down and is lost for good: forgetting the ${held.length} resources that it held.`);
    }
    const left = without(state, forgotten);
    const folder = temporaryFolder("state");
    try {
        const file = join(folder, "state.json");
        writeFileSync(file, JSON.stringify(left), { mode: 0o600 });
        const args = ["stack", "import", "--file", file, "--stack", session.stack];
        const { code, stdout, stderr } = await session.attempt(args);
        if (code !== 0) throw new Failure(`The state cannot be changed:\n${lastLines(stdout + stderr, 15)}`);
    } finally {
        rmSync(folder, { recursive: true, force: true });
    }
    return left;
}

/** Removes what an interrupted update has left, on every host that is or was one of the stack's. */
export async function clearHosts(
    before: Export,
    now: Recorded,
    declared: HostArguments[],
    everythingGoes: boolean,
): Promise<void> {
    const named = new Map(declared.map((host) => [endpointOf(host.docker), host]));
    const known = [...recorded(before).endpoints.map(endpointOf), ...named.keys()];
    for (const endpoint of new Set(known)) {
        const host = named.get(endpoint);
        if (host?.state === "down") continue;
        const answers = await removeUnrecorded(endpoint, now, everythingGoes);
        if (answers || host || !now.endpoints.map(endpointOf).includes(endpoint)) continue;
        throw new Failure(
            `The Docker Engine at ${endpoint} does not answer, and the stack file no longer names it, but servers of ` +
                "this stack are recorded there. Start it; or, when that host is lost for good, put it back into the " +
                "stack file with `state: down`, run `npm run up`, and only then take it out or give it another machine.",
        );
    }
}

const endpointOf = (docker: string | undefined): string => docker || localEndpoint();
