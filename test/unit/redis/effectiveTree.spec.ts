import assert from "node:assert/strict";
import { buildModel, type Model, masterOf } from "../../../redis/model/model";
import { treeWhileDraining } from "../../../redis/plan/drain/tree";
import type { EffectiveTree } from "../../../redis/plan/effectiveTree";
import { observed } from "./observed";

describe("the tree that is to be at a moment", () => {
    const hosts = ["a", "b"].map((name, at) => ({ name, address: `192.0.2.${at + 1}`, docker: `tcp://${name}:2376` }));
    const declared = buildModel(
        {
            image: "redis:8.0.2",
            hosts: [
                { ...hosts[0], name: "a", state: "draining" },
                { ...hosts[1], name: "b" },
            ],
            nodes: [
                { name: "on-a", host: "a", port: 6379 },
                { name: "on-b", host: "b", port: 6379, replicaOf: "on-a" },
            ],
        },
        { id: "id", prefix: "redis-test" },
    );
    const tree = treeWhileDraining(declared, observed(declared));

    it("is taken for no declaration, and no declaration for it", () => {
        const ofDeclared = (model: Model) => masterOf(model).name;
        const ofEffective = (now: EffectiveTree) => masterOf(now).name;
        // @ts-expect-error: roles of a moment make no files, settings or containers.
        assert.equal(ofDeclared(tree), "on-b");
        // @ts-expect-error: roles are not changed to what is declared while a host drains.
        assert.equal(ofEffective(declared), "on-a");
    });
});
