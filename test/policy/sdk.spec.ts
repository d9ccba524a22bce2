import { deepStrictEqual, strictEqual } from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { unknownCheckingProxy } from "@pulumi/policy";
import { readInputs } from "../../policies/pulumi/inputs";
import { proxyTarget, proxyTargetKey } from "../../policies/pulumi/proxyTarget";
import { pack } from "./support/cli";

/** A process of its own, as the pack has: what is put off there stays loaded here. */
const script = `
require(${JSON.stringify(join(pack, "sdk.js"))});
require("@pulumi/policy");
const { Struct } = require("google-protobuf/google/protobuf/struct_pb");
const { specialSigKey, specialAssetSig, specialSecretSig } = require("@pulumi/pulumi/runtime/rpc");
const { deserializeProperties } = require("@pulumi/policy/deserialize");
const isLoaded = () => Object.keys(require.cache).some((path) => path.includes("arborist"));

const told = { before: isLoaded() };
const plain = Struct.fromJavaScript({ text: { [specialSigKey]: specialSecretSig, value: "x" } });
told.text = deserializeProperties(plain, false).text;
told.shared = deserializeProperties(plain, false) === deserializeProperties(plain, false);
told.ofRemediations = deserializeProperties(plain, true) === deserializeProperties(plain, true);
told.meanwhile = isLoaded();
const asset = { [specialSigKey]: specialAssetSig, text: "content" };
told.asset = deserializeProperties(Struct.fromJavaScript({ asset }), false).asset.constructor.name;
console.log(JSON.stringify(told));
`;

describe("what the pack spares the policy SDK", () => {
    it("is loaded when it is needed, and reads properties once but for remediations", () => {
        const told = JSON.parse(execFileSync(process.execPath, ["-e", script], { cwd: pack, encoding: "utf8" }));
        deepStrictEqual(told, {
            before: false,
            text: "x",
            shared: true,
            ofRemediations: false,
            meanwhile: false,
            asset: "StringAsset",
        });
    });
});

describe("what lies behind a proxy of the policy SDK", () => {
    const props = { image: "redis:8.2.1", memory: 512 };

    it("is found by the name that the SDK gives to it", () => {
        const { getSpecialProxyTarget } = require("@pulumi/policy/proxy") as Record<string, unknown>;
        strictEqual(proxyTargetKey, getSpecialProxyTarget);
        strictEqual(proxyTarget(unknownCheckingProxy(props)), props);
        strictEqual(proxyTarget(props), props);
    });

    it("is read once for all policies", () => {
        const read = () => readInputs({ urn: "urn:pulumi:proxies::test::x::y", props: unknownCheckingProxy(props) });
        strictEqual(read(), read());
    });
});
