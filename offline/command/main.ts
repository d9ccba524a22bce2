import { served } from "../provider/provider";
import { serve } from "../provider/serve";
import { commandProvider } from "./provider";
import { killAll } from "./run";

declare const PLUGIN_VERSION: string;

// The engine ends plugins with a signal to their process group, which the commands have left.
for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
        killAll();
        process.exit(0);
    });
}

serve(served(commandProvider(PLUGIN_VERSION)));
