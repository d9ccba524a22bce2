import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Server } from "node:net";
import { delimiter, join } from "node:path";
import { createServer as createTlsServer } from "node:tls";
import { connect as connectEngine } from "../../offline/docker/connection";
import { docker, prefix, Stack } from "./stack";

const socket = "/var/run/docker.sock";

/** An Engine that listens on TCP, as far as a client can tell. */
async function tcpEngine(): Promise<Server> {
    const server = createServer((client) => {
        const engine = connect(socket);
        client.pipe(engine).pipe(client);
        client.on("error", () => engine.destroy());
        engine.on("error", () => client.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return server;
}

/** Stands for the `ssh` program: it notes how it was called and is the far end's `docker system dial-stdio`. */
const ssh = `#!/usr/bin/env node
require("node:fs").appendFileSync(__dirname + "/calls", process.argv.slice(2).join(" ") + "\\n");
const engine = require("node:net").connect(${JSON.stringify(socket)});
process.stdin.pipe(engine).pipe(process.stdout);
`;

describe("Docker hosts of a program", () => {
    let stack: Stack;
    before(async () => {
        stack = await Stack.create();
    });
    after(() => stack.remove());

    const volumeOn = (host: string, more = "") => `
        const provider = new docker.Provider("host", { host: "${host}", ${more} });
        new docker.Volume("volume", { name: prefix + "-volume" }, { provider });`;

    it("may be reached by TCP, and are missed by name at the preview", async () => {
        const server = await tcpEngine();
        const host = `tcp://127.0.0.1:${(server.address() as AddressInfo).port}`;
        const created = await stack.up(volumeOn(host));
        assert.equal(created.code, 0, created.output);
        await docker.getVolume(`${prefix}-volume`).inspect();
        server.close();
        const missed = await stack.preview(volumeOn(host));
        assert.notEqual(missed.code, 0);
        assert.match(missed.output, new RegExp(`failed to connect to the Docker Engine at ${host}: .*ECONNREFUSED`));
        // The same provider on another address of the same Engine: nothing is replaced.
        const moved = await stack.up(volumeOn(`unix://${socket}`));
        assert.equal(moved.code, 0, moved.output);
        assert.match(moved.output, /~ 1 updated\n/);
    });

    it("may be reached by TLS, with files or with materials", async () => {
        const file = (name: string) => join(stack.folder, `${name}.pem`);
        execFileSync(
            "openssl",
            [
                ...["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"],
                ...["-addext", "subjectAltName=DNS:localhost", "-keyout", file("key"), "-out", file("cert")],
            ],
            { stdio: "ignore" },
        );
        copyFileSync(file("cert"), file("ca"));
        const [ca, cert, key] = ["ca", "cert", "key"].map((name) => readFileSync(file(name), "utf8"));
        const server = createTlsServer({ ca, cert, key, requestCert: true, rejectUnauthorized: true }, (client) => {
            const engine = connect(socket);
            client.pipe(engine).pipe(client);
            client.on("error", () => engine.destroy());
        });
        await new Promise<void>((resolve) => server.listen(0, resolve));
        try {
            const host = `tcp://localhost:${(server.address() as AddressInfo).port}`;
            await connectEngine({ host, certPath: stack.folder });
            await connectEngine({ host, caMaterial: ca, certMaterial: cert, keyMaterial: key });
            await assert.rejects(
                connectEngine({ host }),
                /failed to connect to the Docker Engine at tcp:\/\/localhost/,
            );
        } finally {
            server.close();
        }
    });

    it("may be reached through the ssh program, with the options given", async () => {
        stack.write("bin/ssh", ssh);
        chmodSync(join(stack.folder, "bin", "ssh"), 0o755);
        stack.env.PATH = `${join(stack.folder, "bin")}${delimiter}${stack.env.PATH}`;
        const created = await stack.up(`
            const provider = new docker.Provider("ssh", { host: "ssh://ops@far:2222", sshOpts: ["-i", "key"] });
            for (const n of [1, 2, 3, 4, 5, 6, 7, 8]) {
                new docker.Volume("volume" + n, { name: prefix + "-ssh" + n }, { provider });
            }
            new docker.Container("node", { name: prefix + "-ssh", image, command: ["sleep", "600"] }, { provider });`);
        assert.equal(created.code, 0, created.output);
        const calls = readFileSync(join(stack.folder, "bin", "calls"), "utf8")
            .trim()
            .split("\n");
        assert.equal(calls[0], "-i key -o ConnectTimeout=30 -l ops -p 2222 -- far docker system dial-stdio");
        assert.ok(calls.length <= 10, `${calls.length} connections for 9 resources`);
    });

    it("say why ssh failed", async () => {
        stack.write("bin/ssh", "#!/bin/sh\necho 'Permission denied (publickey).' >&2\nexit 255\n");
        const failed = await stack.up(`
            const provider = new docker.Provider("denied", { host: "ssh://ops@far" });
            new docker.Volume("denied", { name: prefix + "-denied" }, { provider });`);
        assert.notEqual(failed.code, 0);
        assert.match(failed.output, /ssh to far: Permission denied \(publickey\)\./);
    });

    it("of other kinds, and settings that are not served, are refused by name", async () => {
        const context = await stack.preview(`${volumeOn(`unix://${socket}`, 'context: "other",')}`);
        assert.match(context.output, /"context" is not served/);
        const pipe = await stack.preview(volumeOn("npipe:////./pipe/docker_engine"));
        assert.match(pipe.output, /npipe:\/\/.* is not served/);
    });
});
