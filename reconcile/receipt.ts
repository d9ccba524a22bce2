/** What was applied, for the state of the stack. */
export interface Receipt {
    steps: string[];
    verified: string;
    /** Of a cluster: the slots of each shard, by its declared master. */
    slots?: Record<string, string>;
    /** The declared master, by which a later convergence knows that it was moved; absent of clusters. */
    master?: string;
    /** Who is the master while the declared one's host drains. */
    standIn?: string;
    /** Declared masters whose hosts drain, or were lost since: they are masters again once those are back. */
    drained?: string[];
}

/** What the Command's last run wrote, where Pulumi hands it to the next one. */
export function lastReceipt(): Receipt | undefined {
    const text = process.env.PULUMI_COMMAND_STDOUT;
    return text ? (JSON.parse(text) as Receipt) : undefined;
}
