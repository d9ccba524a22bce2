import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { digest, shared, sources } from "../../offline/bundle";
import { pulumiHome, Stack } from "./stack";

describe("the language host", () => {
    let stack: Stack;
    before(async () => {
        stack = await Stack.create({ typescript: false, nodeargs: "--import tsx" }, "index.ts");
    });
    after(() => stack.remove());

    it("runs TypeScript with the project's options, configuration and secrets, without a warning", async () => {
        await stack.pulumi("config", "set", "greeting", "hello");
        await stack.pulumi("config", "set", "--secret", "password", "swordfish");
        stack.write(
            "index.ts",
            `import { Config, getStack, runtime } from "@pulumi/pulumi";
             const config: Config = new Config();
             export const said: string = [config.require("greeting"), getStack(), runtime.isDryRun()].join(" ");
             export const password = config.requireSecret("password");`,
        );
        const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        assert.equal(code, 0, output);
        assert.match(output, /said +: "hello test false"/);
        assert.match(output, /password: \[secret\]/);
        assert.doesNotMatch(output, /warning|swordfish/);
    });

    it("reports an error of the program once", async () => {
        stack.write("index.ts", 'throw new Error("a mistake of the program");');
        const { code, output } = await stack.pulumi("preview");
        assert.notEqual(code, 0);
        assert.equal(output.split("Error: a mistake of the program").length - 1, 1, output);
    });

    it("reports a program that ends by itself", async () => {
        stack.write("index.ts", "process.exit(7);");
        const { code, output } = await stack.pulumi("preview");
        assert.notEqual(code, 0);
        assert.match(output, /exited with non-zero exit code: 7/);
    });

    it("runs policy packs", async () => {
        stack.write("index.ts", 'import { Stash } from "@pulumi/pulumi"; new Stash("stash", { input: "forbidden" });');
        stack.write("pack/PulumiPolicy.yaml", "runtime: nodejs\n");
        stack.write("pack/package.json", '{ "name": "pack", "version": "1.0.0", "main": "index.js" }');
        stack.write(
            "pack/index.js",
            `const { PolicyPack } = require("@pulumi/policy");
             new PolicyPack("pack", { policies: [{
                 name: "nothing-forbidden", description: "Nothing is forbidden.", enforcementLevel: "mandatory",
                 validateResource: ({ props }, report) => props.input === "forbidden" && report("this is forbidden"),
             }] });`,
        );
        const refused = await stack.pulumi("preview", "--policy-pack", "pack");
        assert.notEqual(refused.code, 0);
        assert.match(refused.output, /this is forbidden/);
    });

    describe("says what to install", () => {
        let pack: string;
        before(() => {
            pack = mkdtempSync(join(tmpdir(), "offline-test-pack-"));
            writeFileSync(join(pack, "PulumiPolicy.yaml"), "runtime: nodejs\n");
        });
        after(() => rmSync(pack, { recursive: true, force: true }));

        const preview = async (dependencies: object) => {
            const described = { name: "pack", version: "1.0.0", main: "index.js", dependencies };
            writeFileSync(join(pack, "package.json"), JSON.stringify(described));
            const { code, output } = await stack.pulumi("preview", "--policy-pack", pack);
            assert.notEqual(code, 0);
            return output;
        };

        it("where none of a policy pack's packages are there", async () => {
            const advice = `the Pulumi SDK has not been installed. Have you run npm install in ${pack}?`;
            assert.ok((await preview({})).includes(advice));
        });

        it("where some of a policy pack's packages are missing", async () => {
            symlinkSync(join(__dirname, "..", "..", "node_modules"), join(pack, "node_modules"));
            const output = await preview({ "@pulumi/policy": "1", "@pulumi/nowhere": "1", nowhere: "1" });
            const advice = `not been installed: @pulumi/nowhere, nowhere. Have you run npm install in ${pack}?`;
            assert.ok(output.includes(advice), output);
            assert.doesNotMatch(output, /Cannot find module/);
        });

        it("where some of the program's packages are missing", async () => {
            stack.write("package.json", JSON.stringify({ name: "program", dependencies: { "@pulumi/nowhere": "1" } }));
            const { code, output } = await stack.pulumi("preview");
            stack.write("package.json", JSON.stringify({ name: "program" }));
            assert.notEqual(code, 0);
            const advice = `not been installed: @pulumi/nowhere. Have you run npm install in ${stack.folder}?`;
            assert.ok(output.includes(advice), output);
        });

        it("where the SDK is missing", async () => {
            rmSync(join(stack.folder, "node_modules"));
            const { code, output } = await stack.pulumi("preview");
            assert.notEqual(code, 0);
            assert.match(output, /Have you run npm install/);
        });
    });

    it("runs component packages, in the folder of whoever uses them", async () => {
        stack.write("greeter/PulumiPlugin.yaml", "runtime: nodejs\n");
        stack.write("greeter/package.json", '{ "name": "greeter", "version": "1.0.0", "main": "main.js" }');
        stack.write(
            "greeter/main.js",
            `const pulumi = require("@pulumi/pulumi");
             const { main } = require("@pulumi/pulumi/provider/server");
             const construct = async (name, type, { greeting }, options) => {
                 const greeter = new pulumi.ComponentResource(type, name, {}, options);
                 new pulumi.Stash(name, { input: greeting }, { parent: greeter });
                 return { urn: greeter.urn, state: { said: \`\${greeting} in \${process.cwd()}\` } };
             };
             const schema = JSON.stringify({ name: "greeter", version: "1.0.0", description: "Greets." });
             main({ version: "1.0.0", schema, construct }, process.argv.slice(2));`,
        );
        stack.write(
            "index.ts",
            `import { ComponentResource } from "@pulumi/pulumi";
             class Greeter extends ComponentResource {
                 declare said: unknown;
             }
             const inputs = { greeting: "hello", said: undefined };
             const options = { version: "1.0.0" };
             export const { said } = new Greeter("greeter:index:Greeter", "greeter", inputs, options, true);`,
        );
        const schema = await stack.pulumi("package", "get-schema", "./greeter");
        assert.match(schema.output, /"description": "Greets\."/);
        const project = JSON.parse(readFileSync(join(stack.folder, "Pulumi.yaml"), "utf8"));
        const plugins = { providers: [{ name: "greeter", path: "greeter", version: "1.0.0" }] };
        stack.write("Pulumi.yaml", JSON.stringify({ ...project, plugins }));
        const { code, output } = await stack.pulumi("up", "--yes", "--skip-preview");
        stack.write("Pulumi.yaml", JSON.stringify(project));
        assert.equal(code, 0, output);
        assert.ok(output.includes(`"hello in ${stack.folder}"`), output);
        assert.match((await stack.resource("greeter")).urn, /greeter:index:Greeter/);
    });

    it("tells what it knows about the program", async () => {
        const { code, output } = await stack.pulumi("about");
        assert.equal(code, 0, output);
        assert.match(output, new RegExp(`written in nodejs: .*version='${process.version}'`));
    });
});

describe("the bundle", () => {
    it("needs nothing of the checkout", async () => {
        const home = await pulumiHome();
        const host = readFileSync(join(home, "bin", "pulumi-language-nodejs"), "utf8");
        assert.ok(host.startsWith("#!/usr/bin/env node\n"));
        assert.ok(!host.includes(join(__dirname, "..", "..")));
    });

    it("has a key that is the same for the same sources", () => {
        assert.match(digest(), /^[0-9a-f]{64}$/);
        assert.equal(digest(), digest());
    });

    it("has a key that changes with each file that goes into it", () => {
        const offline = join(__dirname, "..", "..", "offline");
        const taken = sources(offline).flatMap((file) => {
            const imports = readFileSync(file, "utf8").matchAll(/ from "(\.[^"]+)";/g);
            return [...imports].map(([, path = ""]) => `${resolve(dirname(file), path)}.ts`);
        });
        const outside = taken.filter((file) => !file.startsWith(offline));
        assert.ok(outside.length > 0);
        for (const file of outside) {
            assert.ok(sources(shared).includes(file), file);
            // What it would take itself is not looked for.
            assert.doesNotMatch(readFileSync(file, "utf8"), / from "\./, file);
        }
    });
});
