import assert from "node:assert/strict";
import { withShortStackTraces } from "../../../components/stackTraces";

const lines = ({ stack }: Error): number => (stack ?? "").split("\n").filter((line) => /^\s+at /.test(line)).length;

describe("short stack traces", () => {
    it("still say where an error came from, and end with what they were for", () => {
        const made = withShortStackTraces(() => new Error("within"));
        assert.equal(lines(made), 1);
        assert.match(made.stack ?? "", /stackTraces\.spec/);
        assert.ok(lines(new Error("after")) > 1);
    });

    it("end when that fails, too", () => {
        const fail = () => {
            throw new Error("failed");
        };
        assert.throws(() => withShortStackTraces(fail), /failed/);
        assert.ok(lines(new Error("after")) > 1);
    });
});
