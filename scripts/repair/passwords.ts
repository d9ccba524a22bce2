import { type Generated, renderGenerated } from "../../redis/acl/generatedPasswords";
import { passwordPrefix } from "../cli/declared";
import type { Session } from "../cli/session";
import { Failure } from "../setup/failure";
import { lastLines } from "../setup/processes";
import type { Export } from "./state";

/** What marks a secret in a state, and that it is one. */
const secret = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270" };

/** A state with other generated passwords, by user, in clear: the CLI encrypts them when it takes the state. */
export function withGenerated(state: Export, changed: Record<string, Generated>): Export {
    const resources = (state.deployment?.resources ?? []).map((resource) => {
        const name = resource.urn.split("::").pop() ?? "";
        const generated = name.startsWith(passwordPrefix) ? changed[name.slice(passwordPrefix.length)] : undefined;
        if (resource.type !== "pulumi:index:Stash" || !generated) return resource;
        const value = { ...secret, plaintext: JSON.stringify(renderGenerated(generated)) };
        return {
            ...resource,
            inputs: { ...resource.inputs, input: value },
            outputs: { ...resource.outputs, input: value, output: value },
        };
    });
    return { ...state, deployment: { ...state.deployment, resources } };
}

/** Has a stack's state remember other generated passwords: all of them or, killed, none. No file holds them in clear. */
export async function remember(session: Session, changed: Record<string, Generated>): Promise<void> {
    const flags = ["--stack", session.stack];
    const state: Export = JSON.parse(await session.read(["stack", "export", ...flags]));
    const { code, stdout, stderr } = await session.attempt(
        ["stack", "import", ...flags],
        JSON.stringify(withGenerated(state, changed)),
    );
    if (code !== 0) throw new Failure(`The state cannot be changed:\n${lastLines(stdout + stderr, 15)}`);
}
