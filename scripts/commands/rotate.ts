import { randomBytes } from "node:crypto";
import { begun, ended, type Generated } from "../../redis/acl/generatedPasswords";
import { suggestion } from "../../redis/declaration/nearest";
import { ownUsersOf } from "../../redis/declaration/ownUsers";
import { alone } from "../cli/alone";
import { parse } from "../cli/arguments";
import { type DeclaredStack, declared } from "../cli/declared";
import { type Command, type Given, read, stackOption } from "../cli/options";
import { type Prepared, prepare } from "../cli/prepare";
import { verbose } from "../cli/pulumiOptions";
import { loadAhead } from "../operation/operate";
import { program } from "../operation/program";
import { remember } from "../repair/passwords";
import { repair } from "../repair/repair";
import { Failure } from "../setup/failure";
import { say } from "../setup/progress";
import { bringUp } from "./up";

export const command: Command = {
    name: "rotate",
    summary: [
        "Changes generated passwords: of the users that are named, or of all. New ones are taken beside the old ones first.",
        "Those of the deployment's own users then end at once, those of applications with --end, when clients have changed.",
    ].join("\n"),
    options: [
        stackOption,
        { names: ["--end"], help: "end old passwords, instead of making new ones" },
        {
            names: ["--end-passwords"],
            help: "end them although connections are left that may not know the new ones",
        },
        { names: ["--yes", "-y"], help: "do not ask at a terminal when something is replaced or deleted" },
        verbose,
    ],
    takes: "[USER ...] [options]",
};

/** `npm run rotate`: changes generated passwords, without anybody being refused meanwhile. */
export async function main(args: string[]): Promise<number> {
    const { stack, rest } = parse(args);
    const users = rest.filter((arg) => !arg.startsWith("-"));
    const given = read(
        command,
        rest.filter((arg) => arg.startsWith("-")),
    );
    const session = await prepare(stack);
    loadAhead(program);
    return alone(session, () => rotate(session, users, given));
}

async function rotate(session: Prepared, named: string[], given: Given): Promise<number> {
    if (!(await repair(session))) throw new Failure(`There is no stack ${session.stack}: npm run up creates it.`);
    const stack = await declared(session);
    const users = chosen(stack, named);
    const of = (names: string[]) => Object.fromEntries(names.map((name) => [name, stack.generated[name] as Generated]));
    const due = users.filter((user) => stack.generated[user]?.previous !== undefined);
    if (given.has("--end")) return end(session, of(due), given);

    const { fresh, going } = fates(stack, users);
    if (going.length > 0)
        say(`${going.join(", ")}: the old password has not ended yet; \`npm run rotate -- --end\` ends it.`);
    const generate = () => randomBytes(32).toString("base64url");
    const changed = Object.fromEntries(Object.entries(of(fresh)).map(([user, one]) => [user, begun(one, generate)]));
    if (fresh.length > 0) await remember(session, changed);
    const { code } = await bringUp(session, given);
    if (code !== 0) {
        say("\nBoth passwords are remembered: the next `npm run up` goes on, and so does `npm run rotate`.");
        return code;
    }
    const own = users.filter((user) => isOwn(stack, user));
    const latest = { ...of(own), ...changed };
    const ending = Object.fromEntries(own.map((user) => [user, latest[user] as Generated]));
    const last = own.length > 0 ? await end(session, ending, given) : 0;
    const others = users.filter((user) => !isOwn(stack, user));
    if (last === 0 && others.length > 0) tell(session, others);
    return last;
}

/** Which passwords are changed now, and which are being changed since an earlier time and have to end first. */
function fates({ generated, ...stack }: DeclaredStack, users: string[]): { fresh: string[]; going: string[] } {
    const isFresh = (user: string) => generated[user]?.previous === undefined;
    return { fresh: users.filter(isFresh), going: users.filter((user) => !isFresh(user) && !isOwn(stack, user)) };
}

/** Ends old passwords. Where connections are left that may need them, nothing is changed. */
async function end(session: Prepared, known: Record<string, Generated>, given: Given): Promise<number> {
    const users = Object.keys(known);
    if (users.length === 0) {
        say("No old password is taken any more: nothing to end.");
        return 0;
    }
    say(`\nEnding the old passwords of ${users.join(", ")}.`);
    await remember(session, Object.fromEntries(users.map((user) => [user, ended(known[user] as Generated)])));
    const { code, touched } = await bringUp(session, given);
    if (code === 0) return 0;
    // Nothing was changed on any server: both are taken as before.
    if (!touched) await remember(session, known);
    say(`\n${touched ? "The next `npm run up` goes on." : "Both passwords are taken still."}`);
    return code;
}

/** The users whose passwords are meant. Those in the stack file are for the user to change. */
function chosen({ model, generated, given }: DeclaredStack, named: string[]): string[] {
    const all = [...model.users.map(({ name }) => name), ...ownUsersOf(model.topology)];
    for (const user of named) {
        if (!all.includes(user)) throw new Failure(`There is no user ${user}${suggestion(user, all)}.`);
        if (given[user] === undefined) continue;
        throw new Failure(
            `The password of ${user} stands in the stack file: change it there, below redis:passwords, with the old one ` +
                `as redis:previous.${user}, and run \`npm run up\`.`,
        );
    }
    return [...new Set(named.length > 0 ? named : all)].filter((user) => given[user] === undefined && generated[user]);
}

const isOwn = ({ model }: Pick<DeclaredStack, "model">, user: string): boolean =>
    user !== "discovery" && ownUsersOf(model.topology).some((own) => own === user);

function tell({ stack }: Prepared, users: string[]): void {
    say(
        [
            `\nThe old ${users.length === 1 ? "password" : "passwords"} of ${users.join(", ")} are taken beside the new ones.`,
            `  Ask for the new ones: npm run --silent pulumi -- stack output passwords --show-secrets --stack ${stack}`,
            `  Who still uses an old one: npm run status -- --stack ${stack}`,
            `  When every client has the new one: npm run rotate -- ${users.join(" ")} --end --stack ${stack}`,
        ].join("\n"),
    );
}
