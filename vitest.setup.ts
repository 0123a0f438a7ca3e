import fc from 'fast-check';

// Property tests try the same inputs in every run, so that chance decides none of them. PROPERTY_SEED=7 tries others.
fc.configureGlobal({ seed: Number(process.env['PROPERTY_SEED'] ?? 1) });
