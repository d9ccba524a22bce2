import type { Option } from "./options";

const own = (names: Option["names"], help: string, value?: string): Option => ({ names, help, value, pulumi: true });

/** Options of Pulumi's that choose resources or say how it works, for every command that drives it. */
export const general: Option[] = [
    own(["--target", "-t"], "only this resource, as Pulumi calls it; may be given again", "URN"),
    own(["--target-dependents"], "and what depends on it"),
    own(["--exclude"], "all but this resource; may be given again", "URN"),
    own(["--exclude-dependents"], "nor what depends on it"),
    own(["--parallel", "-p"], "how many resources at a time", "N"),
    own(["--message", "-m"], "a note for Pulumi's history", "TEXT"),
    own(["--config-file"], "another stack file than Pulumi.NAME.yaml", "FILE"),
];

/** Those for what compares a stack file with what runs. */
export const comparing: Option[] = [
    own(["--replace"], "replace this resource; may be given again", "URN"),
    own(["--target-replace"], "replace this resource, and touch no other", "URN"),
    own(["--expect-no-changes"], "fail when there is something to do"),
    own(["--policy-pack"], "one more policy pack", "PATH"),
    own(["--policy-pack-config"], "and its configuration", "FILE"),
    own(["--diff"], "with --verbose: show every property"),
];

/** Those that only an update has. */
export const updating: Option[] = [own(["--continue-on-error"], "go on with the rest when something fails")];

export const verbose: Option = { names: ["--verbose"], help: "print Pulumi's own lines, one for each resource" };
