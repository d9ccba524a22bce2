import assert from "node:assert/strict";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker, prefix, Stack, testImage } from "./stack";

const inspect = (name: string) => docker.getContainer(`${prefix}-${name}`).inspect();

/** A container that runs until it is told to stop. */
const sleeper = (name: string, more = "") => `
new docker.Container("${name}", { name: prefix + "-${name}", image, command: ["sleep", "600"], ${more} });`;

describe("Docker resources", () => {
    let stack: Stack;
    before(async () => {
        stack = await Stack.create();
    });
    after(() => stack.remove());
    // The resources of one test go with the first successful update of the next, so no two use the same names.

    const node = (more: string) => `
        const net = new docker.Network("net", {
            name: prefix + "-net",
            labels: [{ label: "test", value: "offline" }],
            ipamConfigs: [{ subnet: "172.29.251.0/24", gateway: "172.29.251.1" }],
        });
        const data = new docker.Volume("data", { name: prefix + "-data" });
        const conf = new docker.Volume("conf", { name: prefix + "-conf", labels: [{ label: "test", value: "offline" }] });
        const carrier = new docker.Container("carrier", {
            name: prefix + "-carrier", image, start: false, mustRun: false,
            mounts: [{ type: "volume", source: conf.name, target: "/conf" }],
            uploads: [{
                file: "/conf/secret.conf", content: pulumi.secret("requirepass hunter2"),
                permissions: "0640", owner: "999", group: "999",
            }],
        });
        const node = new docker.Container("node", {
            name: prefix + "-node", image,
            entrypoints: ["/bin/sh", "-c"], command: ["cat /conf/secret.conf > /data/read; exec sleep 600"],
            hostname: "node", user: "999:999", workingDir: "/data", labels: [{ label: "test", value: "offline" }],
            envs: ["A=1", pulumi.interpolate\`PASSWORD=\${pulumi.secret("swordfish")}\`],
            readOnly: true, init: true, capabilities: { drops: ["ALL"] }, securityOpts: ["no-new-privileges"],
            stopSignal: "SIGINT", stopTimeout: 7, destroyGraceSeconds: 5,
            mounts: [
                { type: "volume", source: conf.name, target: "/conf", readOnly: true },
                { type: "volume", source: data.name, target: "/data" },
                { type: "tmpfs", target: "/scratch", tmpfsOptions: { sizeBytes: 1048576 } },
            ],
            tmpfs: { "/run": "size=1m" }, shmSize: 8, cpus: "0.5", ulimits: [{ name: "nofile", soft: 1000, hard: 2000 }],
            sysctls: { "net.core.somaxconn": "511" }, groupAdds: ["1000"], hosts: [{ host: "other", ip: "172.29.251.9" }],
            networksAdvanced: [{ name: net.name, aliases: ["alias"], ipv4Address: "172.29.251.7" }],
            ports: [{ internal: 6379, external: 17469, ip: "127.0.0.1" }, { internal: 6380 }],
            logDriver: "json-file", logOpts: { "max-size": "1m" },
            healthcheck: { tests: ["CMD", "test", "-f", "/data/read"], interval: "200ms", retries: 50 },
            wait: true, waitTimeout: 20,
            ${more}
        }, { dependsOn: carrier });
        exports.address = node.networkDatas.apply((networks) => networks[0].ipAddress);
        exports.id = node.id;`;

    it("are created as declared, are left alone and change in place where they can", async () => {
        const limits = 'restart: "unless-stopped", memory: 64, memorySwap: 64';
        const preview = await stack.preview(node(limits));
        assert.equal(preview.code, 0, preview.output);
        assert.match(preview.output, /\+ 6 to create/);

        const created = await stack.up(node(limits));
        assert.equal(created.code, 0, created.output);
        assert.match(created.output, /address: +"172\.29\.251\.7"/);
        const first = await inspect("node");
        assert.equal(first.State.Health?.Status, "healthy");
        assert.deepEqual(Object.keys(first.NetworkSettings.Networks), [`${prefix}-net`]);
        assert.ok(first.NetworkSettings.Networks[`${prefix}-net`]?.Aliases?.includes("alias"));
        assert.deepEqual(first.NetworkSettings.Ports["6379/tcp"], [{ HostIp: "127.0.0.1", HostPort: "17469" }]);
        assert.equal(first.Config.Hostname, "node");
        assert.equal(first.Config.User, "999:999");
        assert.equal((first.Config as { StopSignal?: string }).StopSignal, "SIGINT");
        assert.equal(first.Config.Labels.test, "offline");
        const { HostConfig } = first;
        assert.equal(HostConfig.Memory, 64 * 1024 * 1024);
        assert.equal(HostConfig.ShmSize, 8 * 1024 * 1024);
        assert.equal(HostConfig.NanoCpus, 5e8);
        assert.equal(HostConfig.ReadonlyRootfs, true);
        assert.equal(HostConfig.Init, true);
        assert.deepEqual(HostConfig.CapDrop, ["ALL"]);
        assert.deepEqual(HostConfig.SecurityOpt, ["no-new-privileges"]);
        assert.deepEqual(HostConfig.ExtraHosts, ["other:172.29.251.9"]);
        assert.deepEqual(HostConfig.LogConfig, { Type: "json-file", Config: { "max-size": "1m" } });
        assert.deepEqual(HostConfig.Tmpfs, { "/run": "size=1m" });
        // The carrier brought the file in without ever running.
        assert.equal((await inspect("carrier")).State.Status, "created");

        const state = await stack.pulumi("stack", "export");
        assert.ok(!/hunter2|swordfish/.test(state.output + created.output + preview.output), "a secret is visible");

        const again = await stack.up(node(limits), "--refresh", "--expect-no-changes");
        assert.equal(again.code, 0, again.output);

        const changed = await stack.up(node('restart: "on-failure", maxRetryCount: 3, memory: 96, memorySwap: 96'));
        assert.match(changed.output, /~ 1 updated\n/);
        const second = await inspect("node");
        assert.equal(second.Id, first.Id);
        assert.deepEqual(second.HostConfig.RestartPolicy, { Name: "on-failure", MaximumRetryCount: 3 });
        assert.equal(second.HostConfig.Memory, 96 * 1024 * 1024);

        const replaced = await stack.up(node('restart: "on-failure", privileged: true'));
        assert.match(replaced.output, /\+-1 replaced\n/);
        const third = await inspect("node");
        assert.notEqual(third.Id, first.Id);
        assert.equal(third.HostConfig.Privileged, true);
    });

    it("heal what was stopped or removed behind Pulumi's back", async () => {
        const program = `
            new docker.Network("lost", { name: prefix + "-lost" });
            new docker.Volume("lost", { name: prefix + "-lost" });
            ${sleeper("plain")}
            ${sleeper("gone")}
            ${sleeper("published", 'ports: [{ internal: 1, external: 17468, ip: "127.0.0.1" }]')}
            ${sleeper("limited", "memory: 64, memorySwap: 64")}`;
        assert.equal((await stack.up(program)).code, 0);
        const before = await Promise.all([inspect("plain"), inspect("published"), inspect("limited")]);
        for (const { Id } of before.slice(0, 2)) {
            await docker.getContainer(Id).kill();
        }
        await docker
            .getContainer(before[2]?.Id ?? "")
            .update({ Memory: 96 * 1024 * 1024, MemorySwap: 96 * 1024 * 1024 });
        await docker.getContainer(`${prefix}-gone`).remove({ force: true });
        await docker.getNetwork(`${prefix}-lost`).remove();
        await docker.getVolume(`${prefix}-lost`).remove();

        const preview = await stack.preview(program, "--refresh");
        assert.match(preview.output, /plain update \[diff: ~mustRun\]/);
        const healed = await stack.up(program, "--refresh");
        assert.equal(healed.code, 0, healed.output);
        assert.match(healed.output, /\+ 3 created\n +~ 2 updated\n +\+-1 replaced\n/);
        const after = await Promise.all([inspect("plain"), inspect("published"), inspect("limited"), inspect("gone")]);
        assert.ok(after.every(({ State }) => State.Running));
        assert.deepEqual(
            after.slice(0, 3).map(({ Id }, index) => Id === before[index]?.Id),
            [true, false, true],
        );
        assert.equal(after[2]?.HostConfig.Memory, 64 * 1024 * 1024);
        const again = await stack.up(program, "--refresh", "--expect-no-changes");
        assert.equal(again.code, 0, again.output);
    });

    it("stop with grace only where one is given", async () => {
        const folder = mkdtempSync(join(tmpdir(), "offline-test-"));
        const stopping = (name: string, more: string) => `
            new docker.Container("${name}", {
                name: prefix + "-${name}", image, user: "0:0", ${more}
                command: ["/bin/sh", "-c", "trap 'touch /out/${name}; exit' TERM; touch /out/ready-${name}; while :; do sleep 0.1; done"],
                mounts: [{ type: "bind", source: ${JSON.stringify(folder)}, target: "/out" }],
                healthcheck: { tests: ["CMD", "test", "-f", "/out/ready-${name}"], interval: "100ms", retries: 100 },
                wait: true,
            });`;
        try {
            const program = stopping("graceful", "destroyGraceSeconds: 10,") + stopping("killed", "");
            const created = await stack.up(program);
            assert.equal(created.code, 0, created.output);
            assert.equal((await stack.up("")).code, 0);
            assert.equal(existsSync(join(folder, "graceful")), true);
            assert.equal(existsSync(join(folder, "killed")), false);
        } finally {
            rmSync(folder, { recursive: true, force: true });
        }
    });

    it("adopt a volume that exists and refuse a name that is taken", async () => {
        await docker.createVolume({ Name: `${prefix}-volume`, Labels: { mine: "yes" } });
        const adopted = await stack.up('new docker.Volume("volume", { name: prefix + "-volume" });');
        assert.equal(adopted.code, 0, adopted.output);

        await docker.createContainer({ name: `${prefix}-taken`, Image: testImage });
        await docker.createNetwork({ Name: `${prefix}-taken` });
        const refused = await stack.up(
            `${sleeper("taken")} new docker.Network("net", { name: prefix + "-taken" });`,
            "--continue-on-error",
        );
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /The container name "\/offline-test-\w+-taken" is already in use/);
        assert.match(refused.output, /network with name offline-test-\w+-taken already exists/);
        await docker.getContainer(`${prefix}-taken`).remove();
        await docker.getNetwork(`${prefix}-taken`).remove();
    });

    it("that never become healthy stay in the state as failed, those that cannot start leave nothing, and no secret shows", async () => {
        const sick = 'wait: true, waitTimeout: 1, healthcheck: { tests: ["CMD", "false"], interval: "200ms" }';
        const failed = await stack.up(
            sleeper("sick", sick) + sleeper("broken", 'entrypoints: [pulumi.secret("/no/such/swordfish")],'),
            "--continue-on-error",
        );
        assert.notEqual(failed.code, 0);
        assert.match(failed.output, /failed to be in healthy state within 1 s/);
        assert.match(failed.output, /unable to start container "offline-test-\w+-broken"/);
        assert.doesNotMatch(failed.output, /swordfish/);
        const { id, initErrors } = await stack.resource("sick");
        assert.equal(initErrors?.length, 1);
        assert.equal((await inspect("sick")).Id, id);
        await assert.rejects(inspect("broken"), { statusCode: 404 });
        assert.equal(
            (await stack.resources()).some(({ urn }) => urn.endsWith("::broken")),
            false,
        );
        const refused = await stack.up(sleeper("secret", 'restart: pulumi.secret("swordfish"),'));
        assert.match(refused.output, /"restart" must match/);
        assert.doesNotMatch(refused.output, /swordfish/);
    });

    it("refuse what they do not serve, by its name", async () => {
        const refused = await stack.preview(sleeper("odd", 'dns: ["192.0.2.1"],'));
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /"dns" is not served by this provider/);
        const unserved = await stack.preview('new docker.Tag("tag", { sourceImage: "a", targetImage: "b" });');
        assert.match(unserved.output, /resource type "docker:index\/tag:Tag" is not served/);
    });

    it("can be previewed while their inputs are unknown", async () => {
        const first = 'const text = new local.Command("text", { create: "echo a" }).stdout;';
        const program = `${first}
            const net = new docker.Network("unknown", { name: text.apply((t) => prefix + "-net-" + t) });
            new docker.Container("node", {
                name: text.apply((t) => prefix + "-unknown-" + t), image, command: ["sleep", "600"],
                envs: [text], memory: text.apply(() => 64), memorySwap: 64, networksAdvanced: [{ name: net.name }],
                ports: text.apply(() => [{ internal: 1 }]),
            });`;
        const preview = await stack.preview(program);
        assert.equal(preview.code, 0, preview.output);
        const created = await stack.up(program);
        assert.equal(created.code, 0, created.output);
        const changed = await stack.preview(program.replace("echo a", "echo b"));
        assert.equal(changed.code, 0, changed.output);
        assert.match(changed.output, /node replace \[diff: .*name/);
    });

    it("get a name of their own when none is given, and keep it", async () => {
        const program = 'new docker.Volume("volume-of-a-test", {}); new docker.Network("network-of-a-test", {});';
        assert.equal((await stack.up(program)).code, 0);
        const { id } = await stack.resource("volume-of-a-test");
        assert.match(id, /^volume-of-a-test-[0-9a-f]{7}$/);
        const again = await stack.up(program, "--expect-no-changes");
        assert.equal(again.code, 0, again.output);
    });

    it("look images up and say when there is none", async () => {
        const program = (name: string) => `
            const remote = new docker.RemoteImage("image", { name: "${name}", keepLocally: true });
            exports.same = pulumi.all([remote.imageId, docker.getRemoteImageOutput({ name: image }).id]).apply(([a, b]) => a === b);`;
        const found = await stack.up(program(testImage));
        assert.equal(found.code, 0, found.output);
        assert.match(found.output, /same: true/);
        const missing = await stack.up(program("localhost:1/offline-test-missing"));
        assert.match(missing.output, /unable to pull image "localhost:1\/offline-test-missing"/);
        const local = await stack.preview('docker.getRemoteImageOutput({ name: "localhost/offline-test-missing" });');
        assert.match(local.output, /did not find docker image "localhost\/offline-test-missing"/);
    });
});
