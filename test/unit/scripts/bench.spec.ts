import assert from "node:assert/strict";
import { main } from "../../../scripts/commands/bench";

describe("npm run bench", () => {
    it("names the measurements there are when it is asked for another", () => {
        assert.throws(() => main(["nothing"]), /no measurement nothing; there are: .*cluster.*policies/);
    });
});
