import { main } from "@pulumi/pulumi/provider/server";
import { runElsewhere } from "../program";
import { leaveRefusalsOut } from "../sdk";
import { provider } from "./provider";

runElsewhere();
main(provider, process.argv.slice(2));
leaveRefusalsOut();
