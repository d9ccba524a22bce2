import { aptInstall, canUseApt } from "../../scripts/setup/apt";
import { Failure } from "../../scripts/setup/failure";
import { which } from "../../scripts/setup/paths";

/** Makes sure that there is a program, from the distribution's packages where that may be. */
export async function provide(program: string, ...packages: string[]): Promise<void> {
    if (which(program)) return;
    if (!canUseApt()) throw new Failure(`This test needs ${program}: install ${packages.join(" and ")}.`);
    await aptInstall(packages);
}
