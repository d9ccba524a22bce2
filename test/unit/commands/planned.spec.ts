import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { planned } from "../../../commands/rollout/planned";
import { buildModel } from "../../../redis/model";

const model = buildModel(
    {
        image: "redis:8",
        nodes: [
            { name: "a", port: 6379 },
            { name: "b", port: 6380, replicaOf: "a" },
        ],
    },
    { id: "id", prefix: "prefix" },
);

const event = (op: string, name: string, type = "docker:index/container:Container") =>
    JSON.stringify({ resourcePreEvent: { metadata: { op, type, urn: `urn:pulumi:s::p::x$${type}::${name}` } } });

describe("servers that Pulumi's own plan replaces", () => {
    let folder: string;
    const read = (...lines: string[]) => {
        const file = join(folder, "events");
        writeFileSync(file, lines.join("\n"));
        return [...planned("redis", model, file)];
    };

    before(() => {
        folder = mkdtempSync(join(tmpdir(), "redis-on-docker-events-"));
    });

    after(() => rmSync(folder, { recursive: true }));

    it("are those of its plan, and neither their files nor other resources", () => {
        const others = [
            event("same", "redis-local-a"),
            event("replace", "redis-local-b-files"),
            event("replace", "redis-local-a", "docker:index/volume:Volume"),
            event("replace", "other-local-a"),
        ];
        assert.deepEqual(read(...others, '{"summaryEvent":{}}', event("replace", "redis-local-b"), '{"half'), ["b"]);
    });

    it("are none where no events are noted", () => {
        assert.deepEqual([...planned("redis", model, undefined)], []);
    });
});
