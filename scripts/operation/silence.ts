import { duration } from "../setup/progress";
import { canShow } from "../setup/terminal";

/** How long nothing may be said while something goes on, in milliseconds. */
const longest = 10_000;

/** Takes lines, and says that something is still at work whenever nothing else was said for a while. */
export class Unbroken {
    private readonly started = performance.now();
    private said = performance.now();
    private readonly timer = setInterval(() => this.remind(), 500);

    /**
     * @param print takes a line
     * @param what says what goes on
     */
    constructor(
        private readonly print: (line: string) => void,
        private readonly what: () => string | undefined,
    ) {}

    readonly say = (line: string): void => {
        this.said = performance.now();
        this.print(line);
    };

    end(): void {
        clearInterval(this.timer);
    }

    private remind(): void {
        // In place it is shown all the time.
        if (canShow() || performance.now() - this.said < longest) return;
        const what = this.what();
        this.say(`still at work after ${duration(performance.now() - this.started)}${what ? `: ${what}` : ""}`);
    }
}
