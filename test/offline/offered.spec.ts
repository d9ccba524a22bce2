import assert from "node:assert/strict";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, connect as dial } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Offered, offer } from "../../offline/offered";
import { offers } from "../../offline/starter";
import { pins } from "../../scripts/setup/pins";
import { prefix, Stack } from "./stack";

const { docker = "", command = "" } = pins().plugins;

describe("plugins that the process serves which drives the CLI", () => {
    let stack: Stack;
    let folder: string;
    let offered: Offered;
    const made = (name: string) => {
        const path = join(folder, name);
        mkdirSync(path);
        return path;
    };
    const where = () => offered.env[offers] ?? "";
    before(async () => {
        stack = await Stack.create();
        folder = mkdtempSync(join(tmpdir(), "offline-test-"));
        offered = await offer({ docker, command }, made("offers"));
        Object.assign(stack.env, offered.env);
    });
    after(async () => {
        await offered.close(true);
        await stack.remove();
        rmSync(folder, { recursive: true, force: true });
    });

    /** An Engine that takes connections and says nothing. */
    const silent = createServer((from) => from.on("error", () => undefined).unref());

    const startedBy = `exports.by = new local.Command("by", { create: "echo by-$PPID-", triggers: [Date.now()] }).stdout;`;

    it("start no process, as often as the CLI wants one", async () => {
        for (let run = 0; run < 3; run++) {
            const { code, output } = await stack.up(startedBy, "--refresh");
            assert.equal(code, 0, output);
            assert.match(output, new RegExp(`by-${process.pid}-`));
        }
    });

    it("work with the Engine of their own host each", async () => {
        const socket = join(folder, "other.sock");
        let seen = "";
        const other = createServer((from) => {
            const to = dial("/var/run/docker.sock");
            from.on("data", (data) => {
                seen += data.toString("latin1");
            });
            from.pipe(to).pipe(from);
            for (const end of [from, to]) end.on("error", () => undefined);
        });
        await new Promise<void>((resolve) => other.listen(socket, resolve));
        try {
            const { code, output } = await stack.up(`
                for (const [name, host] of [["here", "/var/run/docker.sock"], ["there", ${JSON.stringify(socket)}]]) {
                    const provider = new docker.Provider(name, { host: "unix://" + host });
                    new docker.Volume(name, { name: prefix + name }, { provider });
                }`);
            assert.equal(code, 0, output);
            assert.match(seen, new RegExp(`${prefix}there`));
            assert.doesNotMatch(seen, new RegExp(`${prefix}here`));
            // Their providers go with them while this socket is there.
            assert.equal((await stack.up("")).code, 0);
        } finally {
            other.close();
        }
    });

    it("are processes of their own where no more are offered", async () => {
        for (const file of readdirSync(where())) rmSync(join(where(), file));
        const { code, output } = await stack.up(startedBy);
        assert.equal(code, 0, output);
        assert.match(output, /by-\d+-/);
        assert.doesNotMatch(output, new RegExp(`by-${process.pid}-`));
    });

    it("do not wait for an Engine that does not answer where all is to stop", async () => {
        const socket = join(folder, "silent.sock");
        const asked = new Promise<void>((resolve) => silent.once("connection", () => resolve()));
        await new Promise<void>((resolve) => silent.listen(socket, resolve));
        const own = await offer({ docker, command }, made("offers-silent"));
        stack.env[offers] = own.env[offers];
        const cli = stack.start(`new docker.Volume("silent", {}, {
            provider: new docker.Provider("silent", { host: "unix://${socket}" }) });`);
        try {
            await asked;
        } finally {
            cli.kill("SIGKILL");
            // It would wait for 10 s.
            const ended = own.close(true).then(() => "ended");
            const result = await Promise.race([ended, sleep(5000).then(() => "waits")]);
            silent.close();
            assert.equal(result, "ended");
        }
        await stack.pulumi("cancel", "--yes");
    });

    for (const [what, stop] of [
        ["finish what they are doing", false],
        ["kill what they are doing where all is to stop", true],
    ] as const) {
        it(`${what} when the CLI has gone`, async () => {
            const own = await offer({ docker, command }, made(`offers-${stop}`));
            const [begun, finished] = [join(folder, `begun-${stop}`), join(folder, `finished-${stop}`)];
            stack.env[offers] = own.env[offers];
            const cli = stack.start(`new local.Command("last-${stop}", {
                create: "echo $PPID > ${begun}; sleep 2; touch ${finished}" });`);
            try {
                const deadline = Date.now() + 60_000;
                const by = () => (existsSync(begun) ? readFileSync(begun, "utf8") : "");
                while (!by().endsWith("\n") && Date.now() < deadline) await sleep(50);
                assert.equal(by(), `${process.pid}\n`);
            } finally {
                cli.kill("SIGKILL");
                await own.close(stop);
            }
            assert.equal(existsSync(finished), !stop);
            await stack.pulumi("cancel", "--yes");
        });
    }
});
