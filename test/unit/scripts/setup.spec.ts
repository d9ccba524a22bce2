import assert from "node:assert/strict";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { backend, fileBackend, localBackend } from "../../../scripts/cli/backend";
import { connectLines, connectText, summary } from "../../../scripts/cli/outcome";
import { countLine, long, slowest, sorted } from "../../../scripts/cli/tests";
import { debianSuite } from "../../../scripts/setup/debianImage";
import { sourceLines } from "../../../scripts/setup/debianSources";
import { locked } from "../../../scripts/setup/lock";
import { root, which } from "../../../scripts/setup/paths";
import { duration } from "../../../scripts/setup/progress";
import { environmentOf } from "../../e2e/project";

describe("the set-up", () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), "setup-"));
    });
    afterEach(() => rmSync(folder, { recursive: true, force: true }));

    it("finds programs on PATH, but not those that npm puts there", () => {
        const [bin, packages] = [join(folder, "bin"), join(folder, "node_modules", ".bin")];
        for (const place of [packages, bin]) {
            mkdirSync(place, { recursive: true });
            writeFileSync(join(place, "pulumi"), "#!/bin/sh\n", { mode: 0o755 });
        }
        const env = { PATH: `${packages}:${folder}/none:${bin}` };
        assert.equal(which("pulumi", env), join(bin, "pulumi"));
        chmodSync(join(bin, "pulumi"), 0o644);
        assert.equal(which("pulumi", env), undefined);
    });

    it("lets one process at a time do the same work, and passes over a lock whose process has gone", async () => {
        const lock = join(folder, "lock");
        // No process has this id: it is above the largest that Linux gives.
        writeFileSync(lock, "99999999\n");
        let inside = 0;
        const work = () =>
            locked(lock, async () => {
                assert.equal(++inside, 1);
                await new Promise((resolve) => setTimeout(resolve, 20));
                inside--;
            });
        await Promise.all([work(), work()]);
        assert.equal(existsSync(lock), false);
    });

    it("says durations as people do", () => {
        const said = [400, 9_960, 15_000, 249_000].map(duration);
        assert.deepEqual(said, ["0.4 s", "10.0 s", "15 s", "4 min 9 s"]);
    });

    it("supplies a backend that only its user can read, and keeps its passphrase", () => {
        const first = localBackend(join(folder, "own"));
        const file = first.env.PULUMI_CONFIG_PASSPHRASE_FILE ?? "";
        assert.equal(statSync(file).mode & 0o777, 0o600);
        assert.equal(statSync(join(folder, "own")).mode & 0o777, 0o700);
        const written = statSync(file).mtimeMs;
        assert.deepEqual(localBackend(join(folder, "own")), first);
        assert.equal(statSync(file).mtimeMs, written);
        assert.equal(fileBackend(first.env), join(folder, "own", "state"));
    });

    it("leaves the backend to the user who has chosen one", () => {
        const state = { XDG_STATE_HOME: folder, PULUMI_HOME: folder };
        assert.deepEqual(backend({ ...state, PULUMI_BACKEND_URL: "s3://x" }), { own: false, env: {} });
        assert.equal(backend({ ...state, PULUMI_ACCESS_TOKEN: "x" }).own, false);
        assert.equal(backend(state).own, true);
        writeFileSync(join(folder, "credentials.json"), JSON.stringify({ current: "file:///somewhere" }));
        assert.deepEqual(backend(state), { own: false, env: { PULUMI_CREDENTIALS_PATH: folder } });
        assert.equal(fileBackend({ PULUMI_HOME: folder }), "/somewhere");
    });
});

describe("a test's environment", () => {
    it("has the plugins of this machine, and neither the user's login nor their stack", () => {
        const user = { PATH: "/bin", PULUMI_HOME: "/plugins", PULUMI_STACK: "prod", PULUMI_ACCESS_TOKEN: "x" };
        assert.deepEqual(environmentOf("/tmp/test", { ...user, PULUMI_CREDENTIALS_PATH: "/login" }), {
            PATH: "/bin",
            PULUMI_HOME: "/plugins",
            PULUMI_CREDENTIALS_PATH: "/tmp/test/state",
            XDG_STATE_HOME: "/tmp/test/state",
        });
    });
});

describe("the image of our own name", () => {
    it("is built from the Debian release that has the version", () => {
        assert.equal(debianSuite("localhost/redis-debian:7.0"), "bookworm");
        assert.equal(debianSuite("localhost/redis-debian:8.0"), "trixie");
        assert.equal(debianSuite("localhost/redis-debian:experimental"), "experimental");
    });

    it("is no other one", () => {
        for (const name of ["redis:8.0", "localhost:5000/redis-debian:8.0", "redis@sha256:0", "redis-debian:8.0"]) {
            assert.equal(debianSuite(name), undefined);
        }
    });

    it("is refused in a version that no release has", () => {
        for (const name of ["localhost/redis-debian:9.9", "localhost/redis-debian"]) {
            assert.throws(() => debianSuite(name), /localhost\/redis-debian:7\.0 and localhost\/redis-debian:8\.0/);
        }
    });

    it("comes from the mirror that apt uses, where that has all of Debian", () => {
        const answer = "Debian http://mirror/debian/\nDebian http://second/\nDebian-Security http://mirror/security/\n";
        assert.deepEqual(sourceLines("trixie", answer), [
            "deb http://mirror/debian/ trixie main",
            "deb http://mirror/debian/ trixie-updates main",
            "deb http://mirror/security/ trixie-security main",
        ]);
        assert.deepEqual(sourceLines("experimental", answer), [
            "deb http://mirror/debian/ sid main",
            "deb http://mirror/debian/ experimental main",
        ]);
        for (const other of ["", "Ubuntu http://mirror/ubuntu/\n", "Debian http://mirror/debian/\n"]) {
            assert.deepEqual(sourceLines("trixie", other), []);
        }
    });
});

describe("what the commands say at their end", () => {
    it("is how to connect, without the password", () => {
        const outputs = { connect: { cli: "redis-cli -p 6379", ioredis: { port: 6379 } }, password: "[secret]" };
        assert.deepEqual(connectLines(outputs, "dev"), [
            "password  export REDISCLI_AUTH=$(npm run --silent pulumi -- stack output password --show-secrets --stack dev)",
            "cli       redis-cli -p 6379",
            'ioredis   {"port":6379}',
        ]);
        assert.deepEqual(connectLines({}, "dev"), []);
        const long = { cli: "redis-cli", redisPy: "import redis\n\ndef connect():\n", goRedis: "redis.NewClient()" };
        const [, , last = "", ...more] = connectLines({ connect: long, password: "" }, "dev");
        assert.match(
            last,
            /^others {4}npm run --silent connect -- CLIENT --stack dev {2}\(CLIENT is redis-py, go-redis\)$/,
        );
        assert.deepEqual(more, []);
        const [first = ""] = connectLines({ connect: { ioredis: { sentinels: [] } }, password: "" }, "s");
        assert.match(first, /^passwords .* stack output passwords .*discovery/);
    });

    it("is what to write for one client, by the name that people know it by", () => {
        const connect = { cli: "redis-cli", redisPy: "import redis\n", ioredis: { port: 6379 } };
        assert.equal(connectText({ connect }, "redis-py"), "import redis\n");
        assert.deepEqual(JSON.parse(connectText({ connect }, "ioredis")), { port: 6379 });
        assert.throws(() => connectText({ connect }, "redispy"), /no client redispy; did you mean redis-py\?/);
    });

    it("is what was done in how long, or that there was nothing to do", () => {
        const outputs = { endpoints: [{}, {}, {}] };
        assert.equal(summary("dev", outputs, { whole: 2_100 }), "Nothing to change: 3 servers as declared (2.1 s).");
        assert.equal(
            summary("dev", outputs, { whole: 8_100, plan: 2_900, update: 5_000, convergence: 1_200 }),
            "The stack dev is up: 3 servers as declared (8.1 s: plan 2.9 s, update 5.0 s, of which convergence 1.2 s).",
        );
        const one = summary("dev", { endpoints: [{}] }, { whole: 5_000, update: 4_000 });
        assert.equal(one, "The stack dev is up: 1 server as declared (5.0 s: update 4.0 s).");
    });

    it("is how many tests passed and failed; a run that broke off is a failure", () => {
        assert.equal(countLine({ passed: 3, failed: 0 }), "3 passed, 0 failed");
        assert.equal(countLine(undefined), "0 passed, 1 failed");
    });
});

describe("Test files", () => {
    it("are begun with what is quick, what is long and what fills gaps, in this order", () => {
        const last = `${long.at(-1)}.spec.ts`;
        const order = ["unit/a.spec.ts", "unit/z.spec.ts", `${long[0]}.spec.ts`, last, "e2e/a.spec.ts"];
        order.push("policy/a.spec.ts", "other.spec.ts");
        assert.deepEqual(sorted([...order].reverse()), order);
    });

    it("are named as they are", () => {
        const missing = long.filter((name) => !existsSync(join(root, "test", `${name}.spec.ts`)));
        assert.deepEqual(missing, []);
    });

    it("are said to have taken how long, where there are many", () => {
        const times = new Map(Array.from({ length: 40 }, (_, index) => [`/x/test/unit/${index}.spec.ts`, index * 100]));
        const lines = slowest(times);
        assert.equal(lines[1], "     3.9 s  unit/39.spec.ts");
        assert.equal(lines.at(-2), "    78.0 s  all 40 files");
        assert.deepEqual(slowest(new Map([["/x/test/unit/a.spec.ts", 5]])), []);
    });
});
