import { Patience } from "./patience";

/** Takes a line for the user. */
export type Say = (line: string) => void;

/** How often it is looked whether a line is due, in milliseconds. */
const interval = 1_000;

/** What a convergence says: its own lines, and what it waits for whenever it has been silent, also during a long step. */
export class ProgressLog {
    readonly patience = new Patience();
    /** What is waited for now, each in a sentence. */
    expected: string[] = [];
    private failure?: { error: unknown };
    private readonly timer = setInterval(() => this.remind(), interval);

    constructor(private readonly write: Say) {}

    /** Whether nobody listens any more. */
    get ended(): boolean {
        return this.failure !== undefined;
    }

    readonly say: Say = (line) => {
        this.patience.said();
        this.pass(line);
    };

    /** Throws when nobody listens any more. */
    goOn(): void {
        if (this.failure) throw this.failure.error;
    }

    end(): void {
        clearInterval(this.timer);
    }

    private remind(): void {
        const line = this.patience.reminder(this.expected);
        try {
            if (line) this.pass(line);
        } catch {
            // The next look ends it.
        }
    }

    private pass(line: string): void {
        try {
            this.write(line);
        } catch (error) {
            this.failure ??= { error };
            throw error;
        }
    }
}
