// The same as in `npm test`, for longer.
process.env.SEQUENCES_IN_MEMORY ??= "400000";
process.env.DIFFERENTIAL ??= "100";
for (const spec of ["memory.spec", "memory/differential.spec"]) require(`../sequences/${spec}`);
