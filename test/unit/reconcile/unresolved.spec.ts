import assert from "node:assert/strict";
import { unresolvedAddresses } from "../../../reconcile/unresolved";

describe("addresses of hosts", () => {
    const paths = async (hosts: unknown) => (await unresolvedAddresses(hosts)).map(({ path }) => path);
    const nowhere = "nowhere.invalid";

    it("that mean nothing here are told, each once", async () => {
        const hosts = [
            { address: "localhost" },
            { address: nowhere },
            { address: "192.0.2.1" },
            { address: "fd00::1" },
        ];
        assert.deepEqual(await paths(hosts), ["hosts[1].address"]);
        const [problem] = await unresolvedAddresses(hosts);
        assert.match(problem?.message ?? "", /^"nowhere\.invalid" does not resolve on this machine \(\w+/);
    });

    it("of hosts that are down are not looked up, nor what is no address at all", async () => {
        assert.deepEqual(await paths([{ address: nowhere, state: "down" }]), []);
        for (const hosts of [undefined, null, "text", [null, 5, {}], [{ address: 5 }, { address: "a b" }]])
            assert.deepEqual(await paths(hosts), []);
    });
});
