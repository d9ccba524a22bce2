import { serveProvider } from "../provider/provider";
import { command } from "./command";
import { killAll } from "./run";

declare const PLUGIN_VERSION: string;

// The engine ends plugins with a signal to their process group, which the commands have left.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
        killAll();
        process.exit(0);
    });
}

serveProvider({
    name: "command",
    version: PLUGIN_VERSION,
    checkConfiguration: () => [],
    configure: async () => undefined,
    resources: { "command:local:Command": command },
    functions: {},
});
