import fc from 'fast-check';

// Property tests try the same inputs in every run, so that chance decides none of them. PROPERTY_SEED=7 tries others, and
// PROPERTY_RUNS=1000 tries ten times as many.
const { PROPERTY_SEED = '1', PROPERTY_RUNS = '100' } = process.env;
fc.configureGlobal({ seed: Number(PROPERTY_SEED), numRuns: Number(PROPERTY_RUNS) });
