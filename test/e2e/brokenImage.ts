import { randomBytes } from "node:crypto";
import { connectEngine } from "../../reconcile/docker/engine";
import { tar } from "../../reconcile/docker/tar";

/** An image of a test's own. */
export interface BrokenImage {
    name: string;
    remove: () => Promise<unknown>;
}

/**
 * An image whose server says its version and takes any configuration, and does not start where there is a data volume, as one
 * that cannot read what lies there.
 */
export async function brokenImage(from: string, lastWords: string): Promise<BrokenImage> {
    const engine = connectEngine();
    const [repo, tag] = ["localhost/redis-broken", randomBytes(3).toString("hex")];
    const script = `#!/bin/sh\ncase "$1" in /data/*) echo "${lastWords}"; exit 1 ;; esac\nexec /usr/bin/redis-server "$@"\n`;
    const carrier = await engine.createContainer({ Image: from, Cmd: ["true"] });
    try {
        const file = { path: "usr/local/bin/redis-server", content: Buffer.from(script), mode: 0o755 };
        await carrier.putArchive(tar([file]), { path: "/" });
        await carrier.commit({ repo, tag });
    } finally {
        await carrier.remove({ force: true });
    }
    const name = `${repo}:${tag}`;
    return { name, remove: () => engine.getImage(name).remove({ force: true }) };
}
