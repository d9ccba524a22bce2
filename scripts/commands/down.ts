import { survey } from "../../commands/docker/survey";
import { labels } from "../../redis/names";
import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { prefixOf } from "../cli/configuration";
import { completed } from "../cli/passThrough";
import { type Prepared, prepare } from "../cli/prepare";
import { exists } from "../cli/stack";
import { repair } from "../repair/repair";
import { say } from "../setup/progress";

/** `npm run down`: removes a stack's deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const session = await prepare(stack);
    if (!(await exists(session))) {
        say(`There is no stack ${stack}: nothing to remove.`);
        return 0;
    }
    return alone(session, () => takeDown(session, rest));
}

async function takeDown(session: Prepared, rest: string[]): Promise<number> {
    const { stack } = session;
    await repair(session, true);
    const code = await session.run(await completed(["destroy", "--yes", "--stack", stack, ...rest], session));
    if (code !== 0) return code;
    const { hosts } = session.configuration;
    const down = hosts.filter(({ state }) => state === "down").map(({ name }) => name);
    if (down.length > 0) {
        say(
            `\nWhat is on ${down.join(", ")} is left: run this again when it is back, or, when it is lost for good, ` +
                "once it is taken out of the stack file.",
        );
    }
    const kept = await keptVolumes(session);
    if (kept.length > 0) {
        say("\nThe data is kept, in these volumes: the next `npm run up` with `data: keep` has it again.");
        for (const volume of kept) say(`  ${volume}`);
        say("What is no longer needed is removed by `docker volume rm`.");
    } else if (down.length === 0) {
        say("\nNothing is left of it.");
    }
    return 0;
}

/** The volumes of a deployment that are on its hosts, by name. */
async function keptVolumes({ stack, configuration: { hosts } }: Prepared): Promise<string[]> {
    const reached = hosts.filter(({ state }) => state !== "down");
    const surveys = await Promise.all((reached.length > 0 ? reached : [{ name: "local" }]).map(survey));
    return surveys.flatMap((seen) => {
        if (!seen.reachable) return [];
        const ours = seen.volumes.filter((volume) => volume.labels[labels.prefix] === prefixOf(stack));
        const names = ours.map(({ name }) => name).sort();
        return names.map((name) => (surveys.length > 1 ? `${name} on ${seen.host}` : name));
    });
}
