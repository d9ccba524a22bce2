/** Converges the cluster that its parent describes, so that it can be killed. Tells the parent each line. */
import { converge } from "../../reconcile/convergence";
import { type Described, lookAt } from "./clusterServers";

process.once("message", ({ model, passwords, leaving, running }: Described) => {
    const tell = (line: string) => process.send?.(line);
    converge(model, passwords, tell, lookAt(leaving, running))
        .then(() => process.exit(0))
        .catch((error: Error) => {
            console.error(error);
            process.exit(1);
        });
});
