import type * as writtenEditor from '../types/editor.d.ts';
import type * as written from '../types/index.d.ts';
import type * as realEditor from './editor.ts';
import type * as real from './index.ts';

/** Compiles only if both are assignable to each other. */
type Same<A extends B, B extends C, C = A> = [A, B, C];

export type TypesByHandAreTheRealOnes = [
  Same<typeof written, typeof real>,
  Same<typeof writtenEditor, typeof realEditor>,
];
