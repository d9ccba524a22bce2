import { Application } from "../../test/e2e/application";
import { Hosts } from "../../test/e2e/hosts";
import type { Project } from "../../test/e2e/project";
import { Writer } from "../../test/integration/clusterWriter";
import { images } from "../../test/integration/servers";
import { type Measured, timed, whileWriting } from "./life";
import { succeeded } from "./ours";

const nodes = 6;

/**
 * Three masters with a replica each over three hosts: from nothing to usable with Redis 7.0, and the upgrade to 8.0 while four
 * writers write.
 */
export async function overHosts(project: Project, hosts: Hosts, tell: (measured: Measured) => void): Promise<void> {
    const stack = project.stack();
    const declare = (version: keyof typeof images) =>
        stack.write({
            topology: "cluster",
            image: images[version],
            hosts: hosts.declared(),
            cluster: { shards: nodes / 2, replicasPerShard: 1, firstPort: 6371 },
            data: "delete",
        });
    const up = async () => succeeded(await project.npm("up", "--stack", stack.name));
    let application: Application | undefined;
    try {
        await declare("7.0");
        tell({ measure: "first-hosts", nodes, ...(await timed(up)) });
        application = await Application.of(stack);
        const writer = new Writer(application.client());
        await declare("8.0");
        const upgraded = await whileWriting(writer, up);
        const lost = await writer.lost();
        if (lost.length > 0) throw new Error(`${lost.length} acknowledged writes are lost`);
        tell({ measure: "upgrade-hosts", nodes, ...upgraded });
    } finally {
        application?.close();
        await stack.down();
    }
}

/** Does something with three hosts, which go afterwards. */
export async function withHosts(work: (hosts: Hosts) => Promise<void>): Promise<void> {
    if (Hosts.missing) return console.log(`over three hosts: left out, ${Hosts.missing}`);
    const hosts = await Hosts.create(3, [images["7.0"], images["8.0"]]);
    try {
        await work(hosts);
    } finally {
        hosts.remove();
    }
}
