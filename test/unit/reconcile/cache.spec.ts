import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cached } from "../../../reconcile/cached";

describe("what an image was asked", () => {
    const outside = process.env.XDG_CACHE_HOME;
    let folder: string;
    let asked: number;
    const always = () => true;
    const ask = async () => ++asked;

    beforeEach(() => {
        asked = 0;
        folder = mkdtempSync(join(tmpdir(), "redis-on-docker-cached-"));
        process.env.XDG_CACHE_HOME = folder;
    });
    afterEach(() => {
        if (outside === undefined) delete process.env.XDG_CACHE_HOME;
        else process.env.XDG_CACHE_HOME = outside;
        rmSync(folder, { recursive: true, force: true });
    });

    /** The one file in which an answer is kept. */
    function kept(): string {
        const [name, ...more] = readdirSync(join(folder, "redis-on-docker", "images"));
        assert.deepEqual(more, []);
        return join(folder, "redis-on-docker", "images", name ?? "");
    }

    it("is not asked again, also by several at a time, unless it is to be asked anew", async () => {
        assert.deepEqual(await Promise.all([cached("at once", ask, always), cached("at once", ask, always)]), [1, 1]);
        assert.equal(await cached("at once", ask, always), 1);
        assert.equal(await cached("at once", ask, always, true), 2);
        assert.equal(await cached("at once", ask, always), 2);
        assert.equal(await cached("something else", ask, always), 3);
    });

    /** `cached` of a program that has asked nothing yet. */
    function nextProgram(): typeof cached {
        const path = require.resolve("../../../reconcile/cached");
        delete require.cache[path];
        return require(path).cached;
    }

    it("is known to the next program, for a day, when it is whole and was worth keeping", async () => {
        await cached("kept", ask, always);
        assert.equal(await nextProgram()("kept", ask, always), 1);
        const yesterday = Date.now() / 1000 - 25 * 3600;
        utimesSync(kept(), yesterday, yesterday);
        assert.equal(await nextProgram()("kept", ask, always), 2);
        writeFileSync(kept(), '{"cut sho');
        assert.equal(await nextProgram()("kept", ask, always), 3);
        assert.equal(await nextProgram()("kept", ask, always), 3);
        rmSync(kept());
        assert.equal(await nextProgram()("kept", ask, () => false), 4);
        assert.equal(await nextProgram()("kept", ask, always), 5);
    });
});
