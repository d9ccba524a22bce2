import assert from "node:assert/strict";
import { Ledger } from "../integration/ledger";
import { images } from "../integration/servers";
import { freePorts, Project, type Stack, type StackConfiguration } from "./project";

/** A chain of three servers whose names, ports, networks and topology are changed while clients write. */
export class Changing {
    private constructor(
        private readonly project: Project,
        readonly stack: Stack,
        private readonly ports: number[],
        private readonly ledger: Ledger,
    ) {}

    static async create(): Promise<Changing> {
        const project = await Project.create();
        const stack = project.stack();
        const ports = await freePorts(7);
        const [master, replica1, replica2] = ports;
        const nodes = [
            { name: "master", port: master },
            { name: "replica1", port: replica1, replicaOf: "master" },
            { name: "replica2", port: replica2, replicaOf: "replica1" },
        ];
        await stack.write({ image: images["8.0"], data: "delete", nodes });
        await stack.applied("--skip-preview");
        const password = (await stack.output("password")) as string;
        const ledger = new Ledger(() => ports.map((port) => ({ host: "127.0.0.1", port })), password);
        await ledger.start();
        return new Changing(project, stack, ports, ledger);
    }

    port(index: number): number {
        return this.ports[index] ?? 0;
    }

    /** The chain with its master under another name on another port, and its first replica under another name. */
    renamed(): StackConfiguration & { nodes: { name: string; port: number; replicaOf?: string }[] } {
        const nodes = [
            { name: "main", port: this.port(3), formerly: ["master"] },
            { name: "second", port: this.port(1), replicaOf: "main", formerly: ["replica1"] },
            { name: "replica2", port: this.port(2), replicaOf: "second" },
        ];
        return { image: images["8.0"], data: "delete", nodes };
    }

    /** The same as a star, with Sentinels. */
    watched(): StackConfiguration {
        const nodes = this.renamed().nodes.map((node) => (node.replicaOf ? { ...node, replicaOf: "main" } : node));
        const sentinels = [4, 5, 6].map((at) => ({ name: `sentinel${at - 3}`, port: this.port(at) }));
        return { ...this.renamed(), nodes, topology: "sentinel", sentinels };
    }

    /** Applies a change under writers, none of whose acknowledged writes may be lost; what was printed. */
    async apply(configuration: StackConfiguration): Promise<string> {
        const { ledger, stack } = this;
        const before = ledger.acknowledged.length;
        await stack.write(configuration);
        const output = await stack.applied();
        await ledger.stop();
        assert.ok(ledger.acknowledged.length > before + 100, "hardly anything was written");
        for (const { port } of configuration.nodes as { port: number }[])
            assert.deepEqual(await ledger.lost({ host: "127.0.0.1", port }), [], output);
        await ledger.start();
        await stack.asDeclared();
        return output;
    }

    async remove(): Promise<void> {
        await this.ledger.stop();
        await this.project.remove();
    }
}
