import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { connectEngine } from "../../commands/docker/engine";
import { images, testLabel } from "../integration/servers";
import { freePorts, Project, type Stack } from "./project";

/** What a server says that cannot run. */
const complaint = "broken on purpose";

describe("A server that ends as soon as it is started", () => {
    let project: Project;
    let stack: Stack;
    const engine = connectEngine();
    const image = `localhost/redis-broken:${randomBytes(3).toString("hex")}`;

    before(async () => {
        project = await Project.create();
        stack = project.stack();
        await breakImage();
    });

    after(async () => {
        await project.remove();
        await engine.getImage(image).remove({ force: true });
    });

    /** An image whose Redis has a version and does not run. */
    async function breakImage(): Promise<void> {
        const script = `case "$*" in *version*|-v) exec /real "$@";; esac; echo "${complaint}" >&2; exit 1`;
        const container = await engine.createContainer({
            Image: images["8.0"],
            User: "0",
            Entrypoint: [],
            Cmd: [
                "sh",
                "-ec",
                `path=$(command -v redis-server); cp -L "$path" /real; rm "$path"; printf '#!/bin/sh\\n%s\\n' "$0" > "$path"; chmod 755 "$path"`,
                script,
            ],
            Labels: { [testLabel]: "" },
        });
        try {
            await container.start();
            const { StatusCode } = await container.wait();
            assert.equal(StatusCode, 0);
            const [repo, tag] = image.split(/:(?=[^:]*$)/);
            await container.commit({ repo, tag });
        } finally {
            await container.remove({ force: true });
        }
    }

    it("ends the update, which said meanwhile what it waited for, and at its end why it failed, once", async () => {
        const [port] = await freePorts(1);
        await stack.write({ image, nodes: [{ name: "master", port }], data: "delete" });
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
