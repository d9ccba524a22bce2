import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { nodeNames } from "../../redis/model/names";
import { images, type Version } from "../integration/servers";
import { Clients, freePorts, Project, type Stack, type StackConfiguration } from "./project";

describe("What happens to data", () => {
    let project: Project;
    let stack: Stack;
    let ports: number[];
    const clients = new Clients();

    beforeEach(async () => {
        project = await Project.create();
        stack = project.stack();
        ports = await freePorts(2);
    });

    afterEach(async () => {
        clients.close();
        await project.remove();
    });

    const declaration = (data: string, version: Version = "8.0"): StackConfiguration => ({
        image: images[version],
        nodes: [
            { name: "master", port: ports[0] },
            { name: "replica", port: ports[1], replicaOf: "master" },
        ],
        data,
    });

    const up = () => stack.applied("--skip-preview");

    async function master() {
        return clients.to(ports[0] ?? 0, { password: (await stack.output("password")) as string });
    }

    it("keep: destroy leaves the data volumes, and the next update has the data again, Redis 7.0", async () => {
        await stack.write(declaration("keep", "7.0"));
        await up();
        await (await master()).set("title", "sunshine");
        const down = await stack.down();
        assert.equal(down.code, 0, down.output);
        const volumes = ["master", "replica"].map((node) => nodeNames(stack.prefix, node).dataVolume);
        assert.deepEqual(await stack.objects(), volumes);
        clients.close();

        await up();
        assert.equal(await (await master()).get("title"), "sunshine");

        // What was kept is not deleted by a stack that did not make it, unless it is told to take it over.
        assert.equal((await stack.down()).code, 0);
        await stack.write(declaration("delete", "7.0"));
        const refused = await stack.up();
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /remove it, or set data: keep to go on with its data/);
        assert.deepEqual(await stack.objects(), volumes);
    });

    it("a label changed in the program replaces neither volume nor data, nor do other names and another way of keeping it", async () => {
        const alone = { ...declaration("delete"), nodes: [{ name: "master", port: ports[0] }] };
        await stack.write(alone);
        await up();
        await (await master()).set("title", "sunshine");
        clients.close();

        const names = join(project.folder, "redis", "model", "names.ts");
        const text = await readFile(names, "utf8");
        await writeFile(names, text.replace('prefix: "redis-on-docker.prefix"', 'prefix: "redis-on-docker.first"'));
        const output = await stack.applied("--verbose");
        assert.match(output, /docker:index:Volume/);
        assert.doesNotMatch(output, /data volume/);
        assert.doesNotMatch(output, /docker:index:Volume \S+ (replace|delete|create)/);
        assert.equal(await (await master()).get("title"), "sunshine");
        clients.close();

        const settings = { dbfilename: "a.rdb", appendfilename: "b.aof", appenddirname: "c" };
        await stack.write({ ...alone, nodes: [{ name: "master", port: ports[0], persistence: "rdb" }], settings });
        await up();
        assert.equal(await (await master()).get("title"), "sunshine");
    });
});
