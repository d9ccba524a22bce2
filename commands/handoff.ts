/** The program that the stack's `handoff` command runs before masters' containers are replaced. */
import { handOff } from "./convergence";
import { run } from "./program";

run(handOff);
