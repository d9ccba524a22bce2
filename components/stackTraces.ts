/**
 * Declares resources with stack traces of one line. Pulumi keeps a trace for each output of a resource, seventy for a
 * container, and maps each line back to TypeScript: of the 5 s that a program of 30 servers ran, 3 s were that.
 */
export function withShortStackTraces<T>(declare: () => T): T {
    const { stackTraceLimit } = Error;
    Error.stackTraceLimit = 1;
    try {
        return declare();
    } finally {
        Error.stackTraceLimit = stackTraceLimit;
    }
}
