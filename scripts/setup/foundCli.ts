/** A Pulumi CLI that can run this program. */
export interface Cli {
    /** The executable. */
    path: string;
    /** What it needs in the environment beside its own folder on PATH. */
    env: NodeJS.ProcessEnv;
    /** Where it comes from, in words. */
    origin: string;
}
