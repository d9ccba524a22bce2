import type { Provider } from "../provider/resource";
import { command } from "./command";

/** The command provider. */
export function commandProvider(version: string): Provider {
    return {
        name: "command",
        version,
        checkConfiguration: () => [],
        configure: async () => undefined,
        resources: { "command:local:Command": command },
        functions: {},
    };
}
