import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { labels } from "../../../redis/model/names";
import type { Session } from "../../../scripts/cli/session";
import { type DockerObject, unrecorded } from "../../../scripts/repair/leftovers";
import { parseLock, stackLocks, standing } from "../../../scripts/repair/locks";
import { mend } from "../../../scripts/repair/mend";
import { isOrphaned, mark, markOf } from "../../../scripts/repair/orphans";
import { inUse } from "../../../scripts/repair/repair";
import { type Export, recorded } from "../../../scripts/repair/state";

describe("the lock of a stack", () => {
    const text = JSON.stringify({ pid: 12, username: "me", hostname: "here", timestamp: "2026-01-01T00:00:00Z" });
    const lock = { pid: 12, hostname: "here", timestamp: "2026-01-01T00:00:00Z" };

    it("names the process and its machine", () => {
        assert.deepEqual(parseLock(text), lock);
    });

    it("is none when its file is unreadable", () => {
        for (const broken of [undefined, "", "{", "null", "{}", '{"pid": "12", "hostname": "here"}']) {
            assert.equal(parseLock(broken), undefined);
        }
    });

    describe("in a file backend", () => {
        let folder: string;
        let place: string;
        beforeEach(() => {
            folder = mkdtempSync(join(tmpdir(), "locks-"));
            place = join(folder, ".pulumi", "locks", "organization", "redis", "dev");
            mkdirSync(place, { recursive: true });
        });
        afterEach(() => rmSync(folder, { recursive: true, force: true }));

        it("is found, and not those of other stacks", () => {
            writeFileSync(join(place, "a.json"), text);
            writeFileSync(join(place, "a.json.attrs"), "{}");
            assert.deepEqual(stackLocks(folder, "redis", "dev"), { locks: [lock], fragments: false });
            assert.deepEqual(stackLocks(folder, "redis", "prod"), { locks: [], fragments: false });
        });

        it("is told with who holds it, while that process lives", async () => {
            const pulumi = spawn("sleep", ["60"], { argv0: "pulumi", stdio: "ignore" });
            try {
                await once(pulumi, "spawn");
                const session = { stack: "dev", env: { PULUMI_BACKEND_URL: `file://${folder}` } } as unknown as Session;
                assert.equal(inUse(session), undefined);
                const held = { pid: pulumi.pid, hostname: hostname(), timestamp: "2026-01-01T00:00:00Z" };
                writeFileSync(join(place, "a.json"), JSON.stringify(held));
                const told = inUse(session) ?? "";
                const who = `process ${pulumi.pid} on ${hostname()}, since 2026-01-01T00:00:00Z`;
                assert.ok(told.includes(`at work on the stack dev (${who})`), told);
                assert.match(told, /Wait until it has ended/);
                writeFileSync(join(place, "a.json"), text);
                assert.equal(inUse(session), undefined, "of another machine");
            } finally {
                pulumi.kill();
            }
        });

        it("is a fragment when its writer was killed", () => {
            writeFileSync(join(place, "fileblob123"), '{"pid":');
            assert.deepEqual(stackLocks(folder, "redis", "dev"), { locks: [], fragments: true });
        });

        it("loses its companion file when that is empty, which no command could read", () => {
            const companion = join(place, "a.json.attrs");
            writeFileSync(companion, "{}");
            mend(folder);
            assert.equal(existsSync(companion), true);
            writeFileSync(companion, "");
            mend(folder);
            assert.equal(existsSync(companion), false);
            mend(join(folder, "none"));
        });
    });

    it("is stale only when the process has gone from this very machine", () => {
        const gone = () => false;
        const runs = () => true;
        assert.equal(standing(lock, gone, "here"), "stale");
        assert.equal(standing(lock, runs, "here"), "live");
        assert.equal(standing(lock, gone, "there"), "elsewhere");
        assert.equal(standing(lock, runs, "there"), "elsewhere");
    });

    it("is not live when its id has gone to another program", () => {
        assert.equal(standing({ ...lock, pid: process.pid }, undefined, "here"), "stale");
    });
});

const urn = (type: string, name: string) => `urn:pulumi:dev::redis::${type}::${name}`;

const state: Export = {
    deployment: {
        resources: [
            {
                urn: urn("pulumi:index:Stash", "redis-deployment-id"),
                type: "pulumi:index:Stash",
                outputs: { output: "ours" },
            },
            {
                urn: urn("pulumi:index:Stash", "redis-password-default"),
                type: "pulumi:index:Stash",
                outputs: { output: { ciphertext: "x" } },
            },
            {
                urn: urn("pulumi:providers:docker", "redis-a"),
                type: "pulumi:providers:docker",
                id: "provider",
                inputs: { host: "ssh://a" },
            },
            {
                urn: urn("pulumi:providers:docker", "default"),
                type: "pulumi:providers:docker",
                id: "default",
                inputs: {},
            },
            {
                urn: urn("docker:index/container:Container", "m"),
                type: "docker:index/container:Container",
                id: "known",
            },
        ],
        pending_operations: [
            { type: "creating", resource: { urn: urn("docker:index/network:Network", "n"), type: "x" } },
        ],
    },
};

describe("what a state records", () => {
    it("is its deployments, their hosts, every id, and what was begun", () => {
        assert.deepEqual(recorded(state), {
            deployments: ["ours"],
            endpoints: ["ssh://a", undefined],
            ids: new Set(["provider", "default", "known"]),
            pending: 1,
        });
    });

    it("is nothing before the first update", () => {
        const nothing = { deployments: [], endpoints: [], ids: new Set(), pending: 0 };
        for (const empty of [{}, { deployment: null }, { deployment: {} }]) assert.deepEqual(recorded(empty), nothing);
    });
});

describe("what is left on Docker", () => {
    const object = (id: string, owner?: string): DockerObject => ({
        id,
        name: `redis-dev-${id}`,
        labels: owner === undefined ? {} : { [labels.deployment]: owner },
    });

    it("is what carries the deployment's id and is not in the state", () => {
        const listing = [object("known", "ours"), object("left", "ours"), object("theirs", "other"), object("plain")];
        assert.deepEqual(
            unrecorded(listing, recorded(state)).map(({ id }) => id),
            ["left"],
        );
    });

    it("is nothing while the state knows no deployment", () => {
        assert.deepEqual(unrecorded([object("left", "ours"), object("empty", "")], recorded({})), []);
    });
});

describe("a process that a killed run has left", () => {
    const backend = "file:///state";
    const environment = (stack: string, starter: number, url = backend) => [
        "PATH=/bin",
        `${mark}=${markOf(url, stack, starter)}`,
    ];
    const ours = markOf(backend, "dev", 1).split("@")[0] ?? "";
    const gone = () => false;
    const runs = () => true;

    it("carries the mark of the stack, and what started it has gone", () => {
        assert.equal(isOrphaned(environment("dev", 7), ours, gone), true);
        assert.equal(isOrphaned(environment("dev", 7), ours, runs), false);
    });

    it("is none of another stack or backend, or without a mark", () => {
        assert.equal(isOrphaned(environment("prod", 7), ours, gone), false);
        assert.equal(isOrphaned(environment("dev", 7, "file:///other"), ours, gone), false);
        assert.equal(isOrphaned(["PATH=/bin"], ours, gone), false);
        assert.equal(isOrphaned([`${mark}=${ours}`], ours, gone), false);
    });
});
