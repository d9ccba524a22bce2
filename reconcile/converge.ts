/** The program that the stack's `converge` command runs. */
import { converge } from "./convergence";
import { run } from "./program";

run(converge);
