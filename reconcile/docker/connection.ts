import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { join } from "node:path";
import { Duplex } from "node:stream";
import type Docker from "dockerode";

/** The part of a Docker provider's configuration that says which Engine it works with. */
export interface ConnectionConfiguration {
    certPath?: string;
    caMaterial?: string;
    certMaterial?: string;
    keyMaterial?: string;
    sshOpts?: string[];
}

/**
 * How long an Engine may be silent in a request, in milliseconds, before that fails: a request that is never answered would
 * keep a program from ending. Longer than a server may take to stop (60 s), after which alone the Engine answers.
 */
const silence = 300_000;

/** dockerode's options for a host; every one is given, because it takes those that are missing from DOCKER_HOST. */
export function options(
    host: string,
    configuration: ConnectionConfiguration = {},
): Docker.DockerOptions & { agent?: Agent } {
    const none = { host: undefined, port: undefined, socketPath: undefined, timeout: silence };
    const url = new URL(host);
    switch (url.protocol) {
        case "unix:":
            return { ...none, protocol: "http", socketPath: url.pathname };
        case "tcp:":
        case "http:":
        case "https:": {
            const tls = materials(configuration);
            const hostname = url.hostname.replace(/^\[(.*)\]$/, "$1");
            const port = url.port || (tls === undefined ? "2375" : "2376");
            return { ...none, protocol: tls === undefined ? "http" : "https", host: hostname, port, ...tls };
        }
        case "ssh:":
            // The name is for the Host header only.
            return {
                ...none,
                protocol: "http",
                host: "docker",
                port: 80,
                agent: sshAgent(url, configuration.sshOpts ?? []),
            };
        default:
            throw new Error(`the Docker host "${host}" is not served: use unix://, tcp:// or ssh://`);
    }
}

function materials(configuration: ConnectionConfiguration): { ca: string; cert: string; key: string } | undefined {
    const { caMaterial: ca, certMaterial: cert, keyMaterial: key } = configuration;
    const certPath = configuration.certPath ?? process.env.DOCKER_CERT_PATH;
    if (ca !== undefined || cert !== undefined || key !== undefined) {
        if (ca === undefined || cert === undefined || key === undefined) {
            throw new Error("certMaterial, keyMaterial, and caMaterial must all be specified");
        }
        return { ca, cert, key };
    }
    if (certPath === undefined || certPath === "") {
        return undefined;
    }
    const read = (file: string) => readFileSync(join(certPath, file), "utf8");
    return { ca: read("ca.pem"), cert: read("cert.pem"), key: read("key.pem") };
}

/** The arguments of `ssh` for a host, as Docker's own clients give them. */
export function sshArguments(url: URL, sshOpts: string[]): string[] {
    const user = url.username === "" ? [] : ["-l", decodeURIComponent(url.username)];
    const port = url.port === "" ? [] : ["-p", url.port];
    const host = url.hostname.replace(/^\[(.*)\]$/, "$1");
    return [...sshOpts, "-o", "ConnectTimeout=30", ...user, ...port, "--", host, "docker", "system", "dial-stdio"];
}

/**
 * Connections are processes of the `ssh` program, so that the user's keys, agent and known hosts apply. They are few
 * and used again, because a server takes only some new connections at a time.
 */
function sshAgent(url: URL, sshOpts: string[]): Agent {
    const agent = new Agent({ keepAlive: true, maxSockets: 5 });
    return Object.assign(agent, { createConnection: () => sshConnection(url, sshOpts) });
}

function sshConnection(url: URL, sshOpts: string[]): Duplex {
    const child = spawn("ssh", sshArguments(url, sshOpts), { stdio: ["pipe", "pipe", "pipe"] });
    const stream = new Duplex({
        read: () => child.stdout.resume(),
        write: (chunk, _encoding, done) => child.stdin.write(chunk, () => done()),
        final: (done) => child.stdin.end(() => done()),
        destroy(error, done) {
            child.kill();
            done(error);
        },
    });
    child.stdout.on("data", (chunk: Buffer) => {
        if (!stream.push(chunk)) {
            child.stdout.pause();
        }
    });
    // Why a write fails is told by the program's end.
    child.stdin.on("error", () => undefined);
    let complaint = "";
    child.stderr.on("data", (chunk: Buffer) => {
        complaint = (complaint + chunk).slice(-1000);
    });
    const fail = (reason: string) => stream.destroy(new Error(`ssh to ${url.host}: ${reason}`));
    child.on("error", (error) => fail(error.message));
    child.on("close", (code) => (code === 0 ? stream.push(null) : fail(complaint.trim() || `exit status ${code}`)));
    // What node:http expects of a socket. One that nobody uses keeps no program from ending.
    const self = () => stream;
    const parts = [child, child.stdin, child.stdout, child.stderr] as unknown as { ref(): void; unref(): void }[];
    const all = (what: "ref" | "unref") => () => {
        for (const part of parts) part[what]();
        return stream;
    };
    const idle = { ref: all("ref"), unref: all("unref") };
    return Object.assign(stream, { setTimeout: self, setNoDelay: self, setKeepAlive: self, ...idle });
}
