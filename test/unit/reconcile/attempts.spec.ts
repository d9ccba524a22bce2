import assert from "node:assert/strict";
import { Attempts, canPass } from "../../../reconcile/attempts";

const reply = (message: string) => Object.assign(new Error(message), { name: "ReplyError" });

describe("a step that failed", () => {
    it("is told with how often it was tried and the last cause, until it succeeds", () => {
        const attempts = new Attempts();
        assert.equal(
            attempts.failed("a", { node: "a", sentence: "a: set hz 10 -> 20" }, new Error("Command timed out")),
            true,
        );
        assert.deepEqual(attempts.sentences, [
            "a: set hz 10 -> 20: tried once, the last time it failed with: Command timed out",
        ]);
        assert.equal(
            attempts.failed("a", { node: "a", sentence: "a: set hz 10 -> 20" }, new Error("Connection is closed.")),
            false,
        );
        assert.deepEqual(attempts.sentences, [
            "a: set hz 10 -> 20: tried 2 times, the last time it failed with: Connection is closed.",
        ]);
        attempts.succeeded("a");
        assert.deepEqual(attempts.sentences, []);
        assert.equal(
            attempts.failed("a", { node: "a", sentence: "a: set hz 10 -> 20" }, new Error("x")),
            false,
            "it has failed before",
        );
        attempts.keep(["a"]);
        assert.equal(attempts.sentences.length, 1);
        attempts.keep(["b"]);
        assert.deepEqual(attempts.sentences, []);
    });

    it("may succeed the next time after a timeout, a cut connection, or an answer that tells of a moment", () => {
        for (const error of [
            new Error("Command timed out"),
            new Error("connect ECONNREFUSED 127.0.0.1:6379"),
            reply("LOADING Redis is loading the dataset in memory"),
            reply("CLUSTERDOWN The cluster is down"),
            reply("ERR Unknown node 8a9b"),
            reply("ERR FAILOVER target replica is not online."),
            reply("IOERR error or timeout reading to target instance"),
        ]) {
            assert.equal(canPass(error), true, error.message);
        }
    });

    it("fails again where the command, its value or the user is wrong, or this program", () => {
        for (const error of [
            reply("ERR unknown command 'nonsense', with args beginning with: "),
            reply("ERR CONFIG SET failed (possibly related to argument 'hz') - argument couldn't be parsed"),
            reply("ERR wrong number of arguments for 'get' command"),
            reply("NOPERM this user has no permissions to run the 'config' command"),
            reply("WRONGPASS invalid username-password pair or user is disabled."),
            new TypeError("Cannot read properties of undefined"),
        ]) {
            assert.equal(canPass(error), false, error.message);
        }
    });
});
