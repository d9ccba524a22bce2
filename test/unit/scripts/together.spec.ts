import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Failure } from "../../../scripts/setup/failure";
import { isAlive, locked } from "../../../scripts/setup/lock";
import { attempt } from "../../../scripts/setup/processes";
import { step } from "../../../scripts/setup/progress";
import { together, toTheEnd, unlessEnded } from "../../../scripts/setup/together";
import { until } from "./until";

describe("Works beside one another", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "together-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    const failing = async () => {
        throw new Failure("no such image");
    };

    it("begin all at once, and return what each returns", async () => {
        const order: string[] = [];
        const work = (name: string, milliseconds: number) => async () => {
            order.push(`${name} begins`);
            await sleep(milliseconds);
            order.push(`${name} ends`);
            return name;
        };
        assert.deepEqual(await together(work("slow", 40), work("quick", 5)), ["slow", "quick"]);
        assert.deepEqual(order, ["slow begins", "quick begins", "quick ends", "slow ends"]);
        assert.deepEqual(await together(), []);
    });

    it("are ended and waited for when one fails, also those within another; what failed first is told", async () => {
        const [pid, ended] = [join(folder, "pid"), join(folder, "ended")];
        // It needs a moment to end.
        const program = `
            const { writeFileSync } = require("node:fs");
            process.on("SIGINT", () => setTimeout(() => { writeFileSync("${ended}", ""); process.exit(); }, 100));
            setInterval(() => {}, 1000);
            writeFileSync("${pid}", String(process.pid));`;
        const begun = () => until(() => existsSync(pid) && readFileSync(pid, "utf8") !== "");
        await assert.rejects(
            together(
                () => together(() => attempt(process.execPath, ["-e", program]), begun),
                () => begun().then(failing),
            ),
            /no such image/,
        );
        assert.equal(existsSync(ended), true);
        assert.equal(isAlive(Number(readFileSync(pid, "utf8"))), false);
        assert.equal((await attempt(process.execPath, ["-e", ""])).code, 0);
    });

    it("begin nothing more when one has failed, but bring to its end what must not be broken off", async () => {
        const done: string[] = [];
        const lock = join(folder, "lock");
        await assert.rejects(
            together(failing, async () => {
                await toTheEnd(async () => {
                    await sleep(20);
                    assert.equal((await attempt(process.execPath, ["-e", ""])).code, 0);
                    done.push("to the end");
                });
                for (const more of [
                    () => attempt(process.execPath, ["-e", ""]),
                    () => step("more", async () => done.push("step")),
                    () => locked(lock, async () => done.push("locked")),
                ])
                    await assert.rejects(more(), /no such image/);
                done.push("ended");
            }),
            /no such image/,
        );
        assert.deepEqual(done, ["to the end", "ended"]);
        assert.equal(existsSync(lock), false);
    });

    it("wait for no other process any more when one has failed", async () => {
        const lock = join(folder, "lock");
        writeFileSync(lock, `${process.pid}\n`);
        await assert.rejects(
            together(
                () => locked(lock, async () => assert.fail("another process holds the lock")),
                () => sleep(20).then(failing),
            ),
            /no such image/,
        );
        assert.equal(existsSync(lock), true);
    });

    it("no longer wait for what cannot be ended when one has failed", async () => {
        const never = new Promise<string>(() => {});
        await assert.rejects(
            together(
                () => unlessEnded(never),
                () => sleep(20).then(failing),
            ),
            /no such image/,
        );
        assert.equal(await unlessEnded(sleep(1, "here")), "here");
    });

    it("say which they are, where there are no lines in place", async () => {
        const said: string[] = [];
        const before = console.error;
        console.error = (text: string) => said.push(text.replace(/[\d.]+ s/, "_ s"));
        try {
            const short = () => step("Short", () => sleep(5));
            await together(() => step("Long", () => sleep(30)), short);
            await short();
            const lost = together(
                () => step("Lost", () => attempt(process.execPath, ["-e", "setInterval(() => {}, 1000)"])),
                () => step("Bad", () => sleep(5).then(failing)),
            );
            await assert.rejects(lost, /no such image/);
        } finally {
            console.error = before;
        }
        assert.deepEqual(said, [
            ...["Long ...", "Short ...", "  done in _ s: Short", "  done in _ s: Long"],
            ...["Short ...", "  done in _ s"],
            ...["Lost ...", "Bad ...", "  not finished after _ s: Bad", "  not finished after _ s: Lost"],
        ]);
    });
});
