import { shared } from '../shared.ts';

/** Whether each seeded run has to give the same bits on every engine and machine. */
export const determinism: { isAsked: boolean } = shared('determinism', () => ({ isAsked: false }));
