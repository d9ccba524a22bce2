import * as pulumi from "@pulumi/pulumi";
import { main } from "@pulumi/pulumi/provider/server";
import { runElsewhere } from "../program";
import { provider } from "./provider";

runElsewhere();
main(provider, process.argv.slice(2));
leaveRefusalsOut();

/**
 * The SDK reports each rejection that nobody handles, and a deployment that is refused has many: every output of its has
 * promises of which nobody knows. The refusal itself is the answer to Pulumi's question for the component.
 */
function leaveRefusalsOut(): void {
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", (reason, promise) => {
        if (pulumi.RunError.isInstance(reason)) return;
        for (const listener of listeners) listener(reason, promise);
    });
}
