import assert from "node:assert/strict";
import { nodeFiles } from "../../redis/model/files/nodeFiles";
import { isReplicaIn, replicaOfFile } from "../../redis/model/files/replicaOf";
import { describePlan } from "../../redis/plan/describe";
import { planDeployment } from "../../redis/plan/plan";
import { changed, type Declaration, declarationOf } from "./declaration";
import { modelOf, secretsOf } from "./memory/declared";
import { type Declared, desiredOf, update } from "./memory/update";
import { World } from "./memory/world";
import { Random } from "./random";

/** Steps after which an update has no end. */
const most = 5_000;

/** Does an update to its end. */
function up(world: World, declared: Declared): void {
    const doing = update(world, declared, new Set(), true);
    for (let steps = 0; steps < most; steps++) {
        const { done, value } = doing.next();
        if (!done) continue;
        assert.ok((value as { ok: boolean }).ok, JSON.stringify(value));
        return;
    }
    assert.fail("the update has no end");
}

describe("A promotion under Sentinel, on servers in memory", () => {
    const lines: string[] = [];
    const world = new World(new Random(1), lines);
    const declared = (declaration: Declaration, before?: string): Declared => ({
        model: modelOf(declaration),
        passwords: secretsOf(declaration),
        before,
    });
    /** What a preview plans, which knows no receipt and reads the master's file. */
    const preview = (of: Declared): string[] => {
        const { model } = of;
        const { name } = model.nodes.find(({ replicaOf }) => !replicaOf) as { name: string };
        const { files } = world.server(name);
        const file = nodeFiles(files.model, files.node, files.passwords).find(({ path }) => path === replicaOfFile);
        const moved = isReplicaIn(file?.content ?? "");
        return describePlan(planDeployment({ ...desiredOf(of), moved }, world.look(model)));
    };
    const before = declarationOf("sentinel", { replicas: 2, shards: 0, persistence: ["aof"], image: "8.0" });

    it("is planned by the preview as the convergence begins it", () => {
        up(world, declared(before));
        for (let looks = 0; looks < 20; looks++) world.tick();
        const master = modelOf(before).nodes[0]?.name;
        assert.deepEqual(preview(declared(before, master)), [], "as declared");
        const after = changed(before, { kind: "promote", server: 1 });
        const next = declared(after, master);
        const planned = preview(next);
        assert.equal(planned.length, 1);
        assert.match(
            planned[0] ?? "",
            new RegExp(`^${master}: hand over to \\S+ through Sentinel, the declared master$`),
        );
        const from = lines.length;
        up(world, next);
        const steps = lines.slice(from).flatMap((line) => (line.startsWith("step: ") ? [line.slice(6)] : []));
        assert.deepEqual(steps.slice(0, planned.length), planned);
        assert.deepEqual(preview(next), [], "as declared afterwards");
    });
});
