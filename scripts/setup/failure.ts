/** A failure that is foreseen: its text says what to do, and is shown without a stack trace. */
export class Failure extends Error {
    override name = "Failure";

    constructor(
        message: string,
        readonly exitCode = 1,
    ) {
        super(message);
    }
}
