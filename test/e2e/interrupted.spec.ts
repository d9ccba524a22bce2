import assert from "node:assert/strict";
import { images } from "../integration/servers";
import { killedUp, stoppedUp } from "./killed";
import { Clients, freePorts, Project, type Stack } from "./project";

/** How many creations are killed; `KILLS=10 npm test -- test/e2e/interrupted.spec.ts` kills more. */
const rounds = Number(process.env.KILLS ?? 3);

describe("A creation killed with SIGKILL", () => {
    let project: Project;
    let stack: Stack;
    let neighbour: Stack;
    let neighbourId: string;
    let ports: number[];
    /** Milliseconds that a creation takes when it is left alone. */
    let whole: number;
    const clients = new Clients();

    before(async () => {
        project = await Project.create();
        [stack, neighbour] = [project.stack(), project.stack()];
        ports = await freePorts(4);
        const [master, replica1, replica2, other] = ports as [number, number, number, number];
        const common = { image: images["8.0"], data: "delete" };
        await stack.write({
            ...common,
            nodes: [
                { name: "master", port: master },
                { name: "replica1", port: replica1, replicaOf: "master" },
                { name: "replica2", port: replica2, replicaOf: "replica1" },
            ],
        });
        await neighbour.write({ ...common, nodes: [{ name: "master", port: other }] });
        const started = Date.now();
        await neighbour.applied();
        whole = Date.now() - started;
        neighbourId = await neighbour.containerId("master");
    });

    after(async () => {
        clients.close();
        await project.remove();
    });

    for (let round = 1; round <= rounds; round++) {
        const everything = round % 2 === 1;
        it(`is finished by the next one (${round}: ${everything ? "plugins and all" : "the CLI alone"})`, async () => {
            const moment = Math.round(whole * (0.15 + 0.9 * Math.random()));
            await killedUp(stack, moment, everything);
            const { code, output } = await stack.up("--skip-preview");
            assert.equal(code, 0, `killed after ${moment} ms\n${output}`);
            const password = (await stack.output("password")) as string;
            const [master = 0, , chained = 0] = ports;
            await clients.to(master, { password }).set("round", String(round));
            assert.equal(await clients.to(master, { password }).wait(1, 5000), 1);
            const status = await stack.status();
            assert.equal(status.code, 0, status.output);
            assert.ok((await clients.to(chained, { password }).get("round")) !== null);
            assert.equal(await neighbour.containerId("master"), neighbourId, "the neighbour was touched");

            const down = await stack.down();
            assert.equal(down.code, 0, down.output);
            assert.deepEqual(await stack.objects(), []);
            clients.close();
        });
    }

    it("is left cleanly when asked to stop, says what to do next, and is finished by that", async () => {
        const output = await stoppedUp(stack, /network made/);
        assert.match(output, /stopping, once .* is done/);
        assert.match(output, /Stopped after .*: the next `npm run up` goes on from where it stands/);
        assert.doesNotMatch(output, /has failed|is up/);
        const again = await stack.applied("--skip-preview");
        assert.doesNotMatch(again, /interrupted update has left|Removing/, "something was left");
        await stack.asDeclared();
        assert.equal((await stack.down()).code, 0);
    });
});
