import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { root } from "../../scripts/setup/paths";

describe("the policy pack, started before the CLI asks for it", () => {
    let command: ChildProcess;
    let starter: string;
    const started: ChildProcess[] = [];
    beforeEach(async () => {
        const script = `console.log(require("./scripts/operation/pack").startPack()); setInterval(() => undefined, 1000);`;
        command = spawn(process.execPath, ["--import=tsx", "-e", script], {
            cwd: root,
            stdio: ["ignore", "pipe", "inherit"],
        });
        starter = await firstLine(command);
    });
    afterEach(async () => {
        for (const child of [command, ...started.splice(0)]) child.kill("SIGKILL");
        await untilClosed(() => packOf(command).length === 0);
    });

    /** What the CLI does: it starts the program, and takes the port from its first line. */
    async function port(): Promise<number> {
        const child = spawn(starter, ["127.0.0.1:1"], { stdio: ["pipe", "pipe", "inherit"] });
        started.push(child);
        return Number(await firstLine(child));
    }

    it("serves each CLI that asks, and is the same process for all", async () => {
        const [one, other] = [await port(), await port()];
        assert.equal(one, other);
        assert.ok(await answers(one));
    });

    it("ends with the command, also when that is killed", async () => {
        const served = await port();
        command.kill("SIGKILL");
        await untilClosed(async () => !(await answers(served)));
    });

    it("is started by the CLI where it has ended", async () => {
        const served = await port();
        for (const pid of packOf(command)) process.kill(pid, "SIGKILL");
        await untilClosed(async () => !(await answers(served)));
        await untilClosed(() => existsSync(join(starter, "..", "ended")));
        const own = await port();
        assert.notEqual(own, served);
        assert.ok(await answers(own));
    });
});

function packOf({ pid }: ChildProcess): number[] {
    const table = execFileSync("ps", ["-eo", "pid=,ppid=,args="], { encoding: "utf8" }).trim().split("\n");
    return table
        .filter((line) => line.includes("pack.js ahead"))
        .map((line) => line.trim().split(/\s+/).map(Number))
        .filter(([, parent]) => parent === pid)
        .map(([own]) => own as number);
}

async function firstLine({ stdout }: ChildProcess): Promise<string> {
    assert.ok(stdout);
    const [line] = await once(createInterface(stdout), "line");
    return line;
}

function answers(at: number): Promise<boolean> {
    return new Promise((resolve) => {
        const socket = connect(at, "127.0.0.1");
        socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
        socket.once("close", () => undefined);
        socket.unref();
        setTimeout(() => socket.destroy(), 200).unref();
    });
}

async function untilClosed(met: () => boolean | Promise<boolean>): Promise<void> {
    for (const deadline = Date.now() + 30_000; !(await met()); await sleep(50))
        assert.ok(Date.now() < deadline, "it goes on");
}
