import { configureGlobal } from "fast-check";

// Property tests try the same cases in every run, so that a failure belongs to the change that is tested. `SEED=N npm test`
// tries others.
configureGlobal({ seed: Number(process.env.SEED ?? 2026) });
