import assert from "node:assert/strict";
import { images } from "../integration/servers";
import { type BrokenImage, brokenImage } from "./brokenImage";
import { freePorts, Project, type Stack } from "./project";

/** What a server says that cannot run. */
const complaint = "broken on purpose";

describe("A server that ends as soon as it is started", () => {
    let project: Project;
    let stack: Stack;
    let image: BrokenImage;

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        image = await brokenImage(images["8.0"], complaint);
    });

    after(async () => {
        await project.remove();
        await image.remove();
    });

    it("ends the update, which said meanwhile what it waited for, and at its end why it failed, once", async () => {
        const [port] = await freePorts(1);
        await stack.write({ image: image.name, nodes: [{ name: "master", port }], data: "delete" });
        const { code, output } = await stack.up("--skip-preview");
        assert.notEqual(code, 0, output);
        assert.match(output, /still waiting, \d+ s: master: expected an answer on 127\.0\.0\.1:\d+/);
        const end = output.slice(output.lastIndexOf("has failed"));
        assert.match(end, /is not usable: nothing has moved for 30 s\n {2}master: expected an answer/);
        assert.match(end, new RegExp(`last log lines of ${stack.prefix}-master:\n\\s+${complaint}`));
        assert.equal(output.split("is not usable").length - 1, 1, output);
        for (const user of ["default", "administrator", "replication", "health"]) {
            assert.ok(!output.includes(await stack.secret(user)), `the password of ${user} is printed`);
        }
    });
});
