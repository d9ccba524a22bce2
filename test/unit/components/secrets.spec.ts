import assert from "node:assert/strict";
import { command, container, deployed, names, resource, stash, tree } from "./deployed";
import type { Registered } from "./registered";

describe("Secrets", () => {
    const passwords = { default: "given-password-of-default" };
    let all: Registered[];
    before(async () => {
        all = await deployed({ ...tree, passwords, previous: { default: "earlier-password-of-default" } });
    });
    const secrets = ["given-password-of-default", "earlier-password-of-default", "cache-password-"];

    it("are marked in everything that holds one", () => {
        const isSecret = (value: unknown) => Object.keys(value as object).join() === "secret";
        for (const name of ["master", "replica1", "replica2"])
            assert.ok(isSecret(resource(all, container, `cache-local-${name}-files`).inputs.uploads), name);
        const { inputs, options } = resource(all, command, "cache-converge");
        const { PASSWORDS, ...others } = inputs.environment as Record<string, unknown>;
        assert.ok(isSecret(PASSWORDS));
        assert.deepEqual(Object.keys(others), ["CONTAINERS"]);
        assert.deepEqual(options.additionalsecretoutputsList, ["stdout"]);
        for (const user of ["administrator", "health", "replication"])
            assert.ok(isSecret(resource(all, stash, `cache-password-${user}`).inputs.input), user);
    });

    it("stand in clear nowhere", () => {
        const hidden = (_: string, value: unknown) =>
            typeof value === "object" && value !== null && "secret" in value ? "hidden" : value;
        for (const { urn, inputs, outputs, options } of all) {
            const text = JSON.stringify({ inputs, outputs, options }, hidden);
            for (const secret of secrets) {
                assert.equal(text.includes(secret), false, `${secret} in ${urn}`);
            }
        }
    });

    it("are not made up for a user who is given one", () => {
        const made = names(all).filter((name) => name.includes("-password-"));
        assert.deepEqual(
            made,
            ["administrator", "health", "replication"].map((user) => `${stash}::cache-password-${user}`),
        );
    });
});
