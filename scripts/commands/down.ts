import { inventory } from "../../reconcile/docker/inventory";
import { labels } from "../../redis/model/names";
import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { prefixOf } from "../cli/configuration";
import { type Command, type Given, read } from "../cli/options";
import { completed } from "../cli/passThrough";
import { type Prepared, prepare } from "../cli/prepare";
import { general, updating, verbose } from "../cli/pulumiOptions";
import { failed } from "../operation/failed";
import { run } from "../operation/run";
import { repair } from "../repair/repair";
import { duration } from "../setup/progress";
import { print, say } from "../setup/terminal";

export const command: Command = {
    name: "down",
    summary:
        "Removes a stack's deployment. Its data goes too where the stack file says `data: delete`, and stays where it says `keep`.",
    options: [verbose, ...general, ...updating],
};

/** `npm run down`: removes a stack's deployment. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const given = read(command, rest);
    const session = await prepare(stack);
    return alone(session, () => takeDown(session, given));
}

async function takeDown(session: Prepared, given: Given): Promise<number> {
    const { stack } = session;
    if (!(await repair(session, true))) {
        say(`There is no stack ${stack}: nothing to remove.`);
        return 0;
    }
    const flags = ["destroy", "--yes", "--skip-preview", "--suppress-outputs", "--stack", stack, ...given.passed];
    const done = await run(session, await completed(flags, session), {
        verbose: given.has("--verbose"),
        steps: true,
        what: "removing servers",
    });
    if (done.code !== 0) {
        say(`\n${failed(session, done, "removal", "npm run down")}`);
        return done.code;
    }
    print(`The stack ${stack} is down (${duration(performance.now())}).`);
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
    const inventories = await Promise.all((reached.length > 0 ? reached : [{ name: "local" }]).map(inventory));
    return inventories.flatMap((seen) => {
        if (!seen.reachable) return [];
        const ours = seen.volumes.filter((volume) => volume.labels[labels.prefix] === prefixOf(stack));
        const names = ours.map(({ name }) => name).sort();
        return names.map((name) => (inventories.length > 1 ? `${name} on ${seen.host}` : name));
    });
}
