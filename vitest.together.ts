import { manualSeed } from './packages/tensor/src/index.ts';

// Test files that share a process draw the same numbers as in a process of their own, whatever ran before them.
manualSeed(0);
