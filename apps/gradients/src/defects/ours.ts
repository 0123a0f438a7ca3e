import { type Defect } from './defect.ts';

/** What is to be mended in our own libraries. Empty is how it should be. */
export const ourDefects: readonly Defect[] = [];
