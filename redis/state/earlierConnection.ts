/** A connection that was made before its user's password changed. */
export interface EarlierConnection {
    user: string;
    /** Where it comes from. */
    address: string;
    /** What it calls itself; empty when it has no name. */
    name: string;
    /** Seconds. */
    age: number;
}
