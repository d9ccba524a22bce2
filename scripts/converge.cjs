// The convergence in a checkout, by the name that a program elsewhere has it under, too.
require("./compiled.cjs")("reconcile/converge.ts");
