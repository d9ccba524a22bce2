import { EventEmitter, once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";

/** How late bytes are on a slow link, in milliseconds. */
const delay = 60;

/** `cut`: nothing gets through. `oneWay`: what is sent arrives, answers do not. Connections stay, as on a broken network. */
export type LinkState = "open" | "slow" | "cut" | "oneWay";

/** A way on loopback to a server, which can be broken and mended. What is held meanwhile arrives afterwards. */
export class Link {
    private state: LinkState = "open";
    private readonly changes = new EventEmitter().setMaxListeners(0);
    private readonly sockets = new Set<Socket>();
    private target: number;

    private constructor(
        private readonly server: Server,
        /** Where it leads by right. */
        readonly home: number,
    ) {
        this.target = home;
    }

    /** Leads from one port to another one. */
    static async open(from: number, to: number): Promise<Link> {
        const server = createServer();
        const link = new Link(server, to);
        server.on("connection", (near) => link.lead(near, link.target));
        server.listen(from, "127.0.0.1");
        await once(server, "listening");
        return link;
    }

    set(state: LinkState): void {
        this.state = state;
        this.changes.emit("change");
    }

    /** Leads to where another link leads by right. Connections end: who makes them anew gets somebody else. */
    leadTo({ home }: Pick<Link, "home">): void {
        this.target = home;
        this.end();
    }

    close(): void {
        this.server.close();
        this.set("open");
        this.end();
    }

    private end(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    private lead(near: Socket, to: number): void {
        const far = connect({ host: "127.0.0.1", port: to });
        for (const [socket, other] of [
            [near, far],
            [far, near],
        ] as const) {
            this.sockets.add(socket);
            socket.setNoDelay(true);
            socket.on("error", () => undefined);
            socket.once("close", () => {
                this.sockets.delete(socket);
                other.destroy();
            });
        }
        void this.pass(near, far, ["cut"]);
        void this.pass(far, near, ["cut", "oneWay"]);
    }

    /** Passes on what comes, unless the link is in one of some states. */
    private async pass(from: Socket, to: Socket, held: LinkState[]): Promise<void> {
        try {
            for await (const chunk of from) {
                while (held.includes(this.state)) await once(this.changes, "change");
                if (this.state === "slow") await sleep(delay);
                if (!to.destroyed && !to.write(chunk)) await Promise.race([once(to, "drain"), once(to, "close")]);
            }
        } catch {
            // Broken connections are what this is for.
        }
        to.destroy();
    }
}
