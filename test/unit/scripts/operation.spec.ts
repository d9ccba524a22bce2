import assert from "node:assert/strict";
import { Changes } from "../../../scripts/operation/changes";
import type { EngineEvent } from "../../../scripts/operation/events";
import { isGrave, planWords, untold } from "../../../scripts/operation/planWords";
import { Problems } from "../../../scripts/operation/problems";
import { Steps } from "../../../scripts/operation/steps";
import { head, replaced, step } from "./engineEvents";

function changesOf(...events: EngineEvent[][]): Changes {
    const changes = new Changes();
    for (const event of events.flat()) changes.add(event);
    return changes;
}

describe("what a preview finds", () => {
    it("is nothing where everything is the same", () => {
        assert.ok(changesOf(step("refresh", "server", "master"), step("same", "server", "master")).none);
    });

    it("is something where only the state would say something else: outputs, or that a volume stays", () => {
        for (const more of [{ outputs: { a: 1 } }, { retainOnDelete: true }]) {
            const [, event] = step("same", "data", "master");
            const { metadata } = event?.resOutputsEvent ?? {};
            Object.assign(metadata ?? {}, { new: { ...metadata?.new, ...more } });
            const changes = changesOf([event as EngineEvent]);
            assert.equal(changes.none, false);
            assert.deepEqual(changes.all, []);
        }
    });

    it("is something where what is recorded is gone, and not declared any more", () => {
        const [, event] = step("refresh", "server", "replica3");
        Object.assign(event?.resOutputsEvent?.metadata ?? {}, { new: undefined });
        assert.equal(changesOf([event as EngineEvent]).none, false);
    });

    it("is one replacement where a server is renamed, which has another URN then", () => {
        const [gone, made] = [
            step("delete-replaced", "server", "master"),
            step("create-replacement", "server", "main"),
        ];
        const old = gone[0]?.resourcePreEvent?.metadata.old;
        for (const { resourcePreEvent, resOutputsEvent } of made)
            Object.assign(resourcePreEvent?.metadata ?? resOutputsEvent?.metadata ?? {}, { old });
        const changes = changesOf(gone, made);
        assert.deepEqual(planWords(changes.all, undefined, ["main"]), ["main: replaced"]);
    });

    it("knows whose hosts were draining when servers were converged the last time", () => {
        const node = { name: "a", host: "x" };
        const model = (draining: boolean) => ({ nodes: [node], hosts: [{ name: "x", draining }] });
        const drained = (stdin?: string) => {
            const old = { type: "command:local:Command", inputs: { stdin } };
            return changesOf(step("update", "convergence", "", { old })).drained;
        };
        assert.deepEqual(drained(JSON.stringify(model(true))), ["a"]);
        assert.deepEqual(drained(JSON.stringify(model(false))), []);
        assert.deepEqual(drained(), []);
    });

    it("tells the update whose containers Pulumi replaces, whatever the reason", () => {
        const changes = changesOf(
            replaced("server", "master"),
            replaced("files", "master"),
            step("create", "server", "replica1"),
            step("delete", "server", "replica2"),
        );
        assert.deepEqual(changes.replacedServers, ["redis-local-master"]);
    });
});

describe("the plan in words", () => {
    it("is by node, in the order in which it happens", () => {
        const { all } = changesOf(
            step("create", "password", "app"),
            step("create", "network", ""),
            step("create", "server", "replica2"),
            step("create", "data", "replica2"),
            step("create", "server", "replica1"),
            replaced("server", "master", ["image"]),
            replaced("files", "master"),
            replaced("files", "replica4"),
            step("delete", "server", "replica3"),
            step("delete", "data", "replica3"),
            step("update", "convergence", ""),
        );
        const told = {
            ...untold,
            rollout: ["replica4: replaced first, as the canary"],
            steps: ["replica2: follow master"],
            clients: ["clients: writes pause for a while"],
            returning: { master: ["master: hand over"], replica1: ["replica1: hand over"] },
            keys: { replica3: 1204 },
        };
        assert.deepEqual(planWords(all, told, ["master", "replica1", "replica2", "replica4"], ["master"]), [
            "generate the passwords of app",
            "local: make its network",
            "replica1: new container, on the data volume that is there",
            "replica2: new server",
            "replica4: replaced first, as the canary",
            "master: replaced (image)",
            "replica2: follow master",
            "clients: writes pause for a while",
            "master: hand over",
            "converge: have every server do its part, and prove them usable",
            "replica3: leaves; its container and its data volume, with 1204 keys, are deleted",
        ]);
    });

    it("says once what is made anew because it does not run, and why", () => {
        const start = "b: start its container (Exited (137) 2 minutes ago)";
        const wait = "c: expected an answer on 127.0.0.1:6381, seen no container";
        const paused = "d: expected an answer on 127.0.0.1:6382, seen nothing";
        const told = {
            ...untold,
            steps: [start, wait, paused],
            silent: {
                b: { seen: "Exited (137) 2 minutes ago", step: start },
                c: { seen: "no container", step: wait },
                d: { seen: "nothing", step: paused },
            },
        };
        const { all } = changesOf(
            replaced("server", "a", ["ports", "image"]),
            replaced("server", "b", ["ports", "mustRun", "image"]),
            step("create", "server", "c"),
        );
        assert.deepEqual(planWords(all, told, ["a", "b", "c", "d"]), [
            "c: new container, on the data volume that is there",
            "a: replaced (ports, image)",
            "b: replaced (seen Exited (137) 2 minutes ago, image)",
            paused,
        ]);
    });

    it("says what stays where data is kept, and whose files are new", () => {
        const { all } = changesOf(
            step("delete", "server", "old"),
            step("delete", "data", "old", { retainOnDelete: true }),
            replaced("files", "b"),
            replaced("files", "a"),
        );
        assert.deepEqual(planWords(all, undefined, ["a", "b"]), [
            "a, b: new configuration files",
            "old: leaves; its container is removed, and its data volume stays",
        ]);
    });

    it("is asked about where a server or data goes, and not where something is only added or set", () => {
        assert.ok(isGrave(changesOf(replaced("server", "a")).all));
        assert.ok(isGrave(changesOf(step("delete", "data", "a")).all));
        assert.equal(isGrave(changesOf(step("create", "server", "a"), replaced("files", "a")).all), false);
    });
});

describe("the steps of an update", () => {
    const said = (...events: EngineEvent[]) => {
        const steps = new Steps(() => 0);
        return events.flatMap((event) => steps.after(event));
    };

    it("are a line each for servers, data and networks, and none for what only carries files", () => {
        const events = [
            ...step("create", "network", ""),
            ...step("create", "data", "replica1"),
            ...step("create", "files", "replica1"),
            ...step("create", "server", "replica1"),
            ...replaced("server", "master"),
            ...step("same", "server", "replica2"),
            ...step("delete", "data", "replica3"),
            ...step("delete", "data", "kept", { retainOnDelete: true }),
        ];
        assert.deepEqual(said(...events), [
            "local: network made (0.0 s)",
            "replica1: created (0.0 s)",
            "master: replaced (0.0 s)",
            "replica3: data volume deleted (0.0 s)",
        ]);
    });

    it("are told by program and convergence themselves, whose lines are passing ones; those of other plugins are not", () => {
        const line = (message: string, urn: string, ephemeral?: boolean) =>
            ({ diagnosticEvent: { severity: "info", message, urn, ephemeral } }) as EngineEvent;
        const converge = `${head}$command:local:Command::redis-converge`;
        const lines = [line("a: follow b", converge, true), line("waits", head), line("pulling", "docker", true)];
        assert.deepEqual(said(...lines), ["a: follow b", "waits"]);
    });

    it("are known while they are done, for whoever waits", () => {
        const steps = new Steps();
        for (const event of step("create", "server", "a").slice(0, 1)) steps.after(event);
        assert.equal(steps.current, "server of a");
        for (const event of step("create", "server", "a")) steps.after(event);
        assert.equal(steps.current, undefined);
    });
});

describe("what is wrong", () => {
    const diagnostic = (severity: string, message: string, urn?: string) =>
        ({ diagnosticEvent: { severity, message, urn } }) as EngineEvent;
    const violation = (policyName: string, message: string, enforcementLevel = "advisory") =>
        ({ policyEvent: { policyName, message, enforcementLevel, resourceUrn: `${head}::x` } }) as EngineEvent;

    it("is told once, without what only repeats it", () => {
        const problems = new Problems();
        const message = "The declaration cannot be used as it is; nothing was touched.\n  memroy: no key\n";
        for (const text of [message, message, "update failed", `One or more errors occurred: ${message}`]) {
            problems.add(diagnostic("error", text));
        }
        problems.add(diagnostic("error", "no such image", `${head}$docker:index/container:Container::redis-local-a`));
        assert.deepEqual(problems.errors, [message.trim(), "redis-local-a: no such image"]);
    });

    it("is one line a policy, with everybody whom it is about", () => {
        const problems = new Problems();
        problems.add(violation("redis-memory-limit", "redis-dev-a: memory: there is no limit."));
        problems.add(violation("redis-memory-limit", "redis-dev-b: memory: there is no limit."));
        problems.add(violation("redis-privileged", "redis-dev-a: privileged: it may do anything.", "mandatory"));
        problems.add(diagnostic("warning", "local: vm.overcommit_memory is 0"));
        problems.add(diagnostic("warning", "local: vm.overcommit_memory is 0"));
        assert.deepEqual(problems.warnings, [
            "local: vm.overcommit_memory is 0",
            "policy redis-memory-limit (advisory): redis-dev-a, redis-dev-b: memory: there is no limit.",
        ]);
        assert.deepEqual(problems.errors, [
            "policy redis-privileged (mandatory): redis-dev-a: privileged: it may do anything.",
        ]);
    });
});
