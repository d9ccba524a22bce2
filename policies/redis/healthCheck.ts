/** Reads a container's health check. */

import type { Container } from "./container";
import { asRecord, asTexts, UNKNOWN, type Unknown } from "./plain";

/** The words of the health check's test, without Docker's `CMD`; absent when there is none or it is not known. */
export function healthWords(container: Container): (string | Unknown)[] | undefined {
    const check = asRecord(container.props.healthcheck);
    const tests = check === UNKNOWN ? UNKNOWN : asTexts(check.tests);
    if (tests === UNKNOWN || tests.length === 0 || tests[0] === "NONE") {
        return undefined;
    }
    return tests[0] === "CMD" || tests[0] === "CMD-SHELL" ? tests.slice(1) : tests;
}

/** Whether there certainly is no health check. */
export function hasNoHealthCheck(container: Container): boolean {
    const check = asRecord(container.props.healthcheck);
    if (check === UNKNOWN) {
        return false;
    }
    const tests = asTexts(check.tests);
    return tests !== UNKNOWN && (tests.length === 0 || tests[0] === "NONE");
}
