import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parse } from "yaml";
import { Application } from "../e2e/application";
import { Hosts, type Line } from "../e2e/hosts";
import { Project, type Stack } from "../e2e/project";
import { Writer } from "../integration/clusterWriter";
import { Ledger } from "../integration/ledger";
import { images } from "../integration/servers";

/** What a run of the whole program may take on a machine that others use too, in milliseconds. */
const patience = 900_000;
const root = join(__dirname, "..", "..");

/** The configuration of a stack file. */
function configurationOf(name: string): Record<string, unknown> {
    const { config } = parse(readFileSync(join(root, `Pulumi.${name}.yaml`), "utf8"));
    return Object.fromEntries(Object.entries(config).map(([key, value]) => [key.replace(/^redis:/, ""), value]));
}

const tree = (parents: Record<string, string>) => ({
    nodes: ["a", "b", "c"].map((host) => ({
        name: `on-${host}`,
        host,
        port: 6379,
        ...(parents[host] ? { replicaOf: `on-${parents[host]}` } : {}),
    })),
});

/** Every stack over several hosts, by name. */
const stacks: Record<string, Record<string, unknown>> = {
    star: { hosts: ["a", "b", "c"], ...tree({ b: "a", c: "a" }) },
    chain: { hosts: ["a", "b", "c"], ...tree({ b: "a", c: "b" }) },
    "sentinel-hosts": configurationOf("sentinel-hosts"),
    "cluster-hosts": configurationOf("cluster-hosts"),
    "cluster-two-hosts": configurationOf("cluster-two-hosts"),
};

/** Whoever writes meanwhile, and how long it waited. */
interface Book {
    more(): Promise<void>;
    /** Acknowledged writes that are missing. */
    lost(): Promise<unknown[]>;
    longest(): number;
}

for (const [name, configuration] of Object.entries(stacks)) {
    const letters = [..."abc"].slice(0, (configuration.hosts as unknown[]).length);
    describe(`Every host drained and rebooted in turn: ${name}, Redis 8.0`, function () {
        this.timeout(patience);
        let hosts: Hosts;
        let project: Project;
        let stack: Stack;
        let roles: string;

        const declare = (lines: Line[]) =>
            stack.write({ ...configuration, hosts: lines, image: images["8.0"], data: "delete" });
        /** Who is master and who replica, as `status` has it. */
        const seen = (output: string) =>
            [...output.matchAll(/([\w-]+) +[abc] +\S+:\d+ +(\w+)/g)].map(([, ...row]) => row.join(" ")).sort();

        before(async function () {
            if (Hosts.missing) {
                console.log(`    left out: ${Hosts.missing}`);
                this.skip();
            }
            hosts = await Hosts.create(letters.length, [images["8.0"]]);
            project = await Project.create();
            stack = project.stack();
            await declare(hosts.declared());
            await stack.applied("--skip-preview");
            roles = seen(await stack.asDeclared()).join("\n");
        });

        after(async () => {
            hosts?.remove();
            await project?.remove();
        });

        /** Begins to write. */
        async function write(): Promise<Book> {
            if (String(configuration.topology) === "cluster") {
                const application = await Application.of(stack);
                const writer = new Writer(application.client());
                await writer.more(100);
                const lost = () => writer.lost().finally(() => application.close());
                return { more: () => writer.more(100), lost, longest: () => writer.longestGap };
            }
            const endpoints = hosts.hosts.map(({ address }) => ({ host: address, port: 6379 }));
            const ledger = new Ledger(() => endpoints, (await stack.output("password")) as string);
            await ledger.start();
            const more = async () => {
                for (const wanted = ledger.acknowledged.length + 100; ledger.acknowledged.length < wanted; )
                    await sleep(20);
            };
            const lost = async () => {
                await ledger.stop();
                return (await Promise.all(endpoints.map((server) => ledger.lost(server)))).flat();
            };
            return { more, lost, longest: () => ledger.longestGap };
        }

        /** Waits until everything is as declared by itself; `status` says what differs. */
        async function recovered(): Promise<string> {
            for (const until = Date.now() + 120_000; ; await sleep(1_000)) {
                const { code, output } = await stack.status();
                if (code === 0) return output;
                if (Date.now() > until) throw new Error(`not as declared by itself:\n${output}`);
            }
        }

        for (const letter of letters) {
            it(`loses nothing while ${letter} drains and is rebooted, and is as declared afterwards`, async () => {
                const book = await write();
                await declare(hosts.draining(letter));
                const output = await stack.applied();
                assert.match(output, new RegExp(`^${letter} may be rebooted: `, "m"));
                const drained = await stack.asDeclared();
                assert.doesNotMatch(drained, new RegExp(` ${letter} +\\S+:\\d+ +master`));
                const beforeReboot = book.longest();
                await hosts.host(letter).reboot();
                await book.more();
                await recovered();
                const duringReboot = book.longest();
                await declare(hosts.declared());
                await stack.applied();
                assert.equal(seen(await stack.asDeclared()).join("\n"), roles);
                await book.more();
                assert.deepEqual(await book.lost(), []);
                const ms = [beforeReboot, duringReboot, book.longest()].map(Math.round);
                console.log(
                    `      ${name}, ${letter}: at most ${ms[0]} ms without a write until drained, ${ms[1]} ms until rebooted, ${ms[2]} ms in all`,
                );
            });
        }

        it("comes back by itself when a host with a master is rebooted that did not drain", async () => {
            const book = await write();
            await hosts.host("a").reboot();
            await recovered();
            await book.more();
            const lost = (await book.lost()).length;
            console.log(
                `      ${name}, a without draining: ${Math.round(book.longest())} ms without a write, ${lost} lost`,
            );
            // Each of four writers may have had one write on its way.
            assert.ok(lost <= 4 * letters.length, `${lost} lost`);
            await stack.applied();
            await stack.asDeclared();
        });

        it("comes back by itself, with its data, when all hosts lose power and start in another order", async () => {
            const book = await write();
            await book.more();
            for (const { name } of hosts.hosts) hosts.host(name).cut();
            for (const host of [...hosts.hosts].reverse()) await host.powerOn();
            await recovered();
            await book.more();
            const lost = (await book.lost()).length;
            console.log(`      ${name}, after a power cut: ${lost} lost`);
            assert.ok(lost <= 4 * letters.length, `${lost} lost`);
        });
    });
}
