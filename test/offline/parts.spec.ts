import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { duration } from "../../offline/docker/duration";
import { withTag } from "../../offline/docker/image";
import { archive } from "../../offline/docker/uploads";
import { options, sshArguments } from "../../reconcile/docker/connection";

describe("durations", () => {
    const cases: [string, number | undefined][] = [
        ["5s", 5e9],
        ["1m30s", 90e9],
        ["500ms", 5e8],
        ["1.5h", 5400e9],
        ["0s", 0],
        ["0", 0],
        ["5", undefined],
        ["s", undefined],
        ["", undefined],
    ];
    for (const [text, nanoseconds] of cases) {
        it(`"${text}" is ${nanoseconds ?? "refused"}`, () => assert.equal(duration(text), nanoseconds));
    }
});

describe("image names", () => {
    for (const [name, expected] of [
        ["redis", "redis:latest"],
        ["localhost:5000/redis", "localhost:5000/redis:latest"],
        ["redis:8", "redis:8"],
        ["redis@sha256:00", "redis@sha256:00"],
    ] as const) {
        it(`${name} is pulled as ${expected}`, () => assert.equal(withTag(name), expected));
    }
});

describe("Docker hosts", () => {
    it("unix:// is a socket, whatever DOCKER_HOST says", () => {
        assert.deepEqual(options("unix:///run/docker.sock", {}), {
            host: undefined,
            port: undefined,
            protocol: "http",
            socketPath: "/run/docker.sock",
            timeout: 300_000,
        });
    });

    it("tcp:// takes IPv6 addresses", () => {
        const { host, port, protocol } = options("tcp://[::1]:2375", {});
        assert.deepEqual({ host, port, protocol }, { host: "::1", port: "2375", protocol: "http" });
    });

    it("tcp:// with materials is TLS", () => {
        const given = options("tcp://docker", { caMaterial: "ca", certMaterial: "cert", keyMaterial: "key" });
        const { port, protocol, ca, cert, key } = given;
        assert.deepEqual(
            { port, protocol, ca, cert, key },
            { port: "2376", protocol: "https", ca: "ca", cert: "cert", key: "key" },
        );
    });

    it("TLS needs all three materials", () => {
        assert.throws(
            () => options("tcp://docker", { certMaterial: "cert", keyMaterial: "key" }),
            /must all be specified/,
        );
    });

    it("others are refused by name", () => {
        assert.throws(() => options("npipe:////./pipe/docker_engine", {}), /npipe:.*not served/);
    });

    it("ssh:// is the ssh program's command line", () => {
        assert.deepEqual(sshArguments(new URL("ssh://ops@example:2222"), ["-i", "key"]), [
            ...["-i", "key", "-o", "ConnectTimeout=30", "-l", "ops", "-p", "2222"],
            ...["--", "example", "docker", "system", "dial-stdio"],
        ]);
    });
});

describe("uploads", () => {
    function listed(...uploads: Parameters<typeof archive>[0]): string {
        const folder = mkdtempSync(join(tmpdir(), "offline-test-"));
        try {
            writeFileSync(join(folder, "a.tar"), archive(uploads));
            const args = ["--numeric-owner", "-tvf", join(folder, "a.tar")];
            return execFileSync("tar", args, { encoding: "utf8" }).replaceAll(/ +/g, " ");
        } finally {
            rmSync(folder, { recursive: true });
        }
    }

    it("belong to root and are readable by all", () => {
        assert.match(listed({ file: "/etc/a.conf", content: "é" }), /^-rw-r--r-- 0\/0 2 .* etc\/a\.conf\n$/);
    });

    it("keep owner, group and mode", () => {
        const upload = { file: "/b", contentBase64: "AAEC", owner: "999", group: "1000", permissions: "0640" };
        assert.match(listed(upload), /^-rw-r----- 999\/1000 3 .* b\n$/);
    });

    it("can be programs", () => {
        assert.match(listed({ file: "/run.sh", content: "#!/bin/sh\n", executable: true }), /^-rwxr--r-- /);
    });

    it("may have long paths", () => {
        const path = `${"folder/".repeat(25)}file`;
        assert.ok(
            listed({ file: `/${path}`, content: "a" })
                .trim()
                .endsWith(` ${path}`),
        );
    });
});
