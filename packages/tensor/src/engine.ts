/**
 * What our own packages build on beside the public surface. It changes with the protocol number, not with the version:
 * a package states the protocol that it was written to, and is told which versions to install when they do not meet.
 *
 * @module
 */
import './methods.ts';

export { type TypedArray } from './dtype.ts';
export { type Storage } from './storage.ts';

/** The protocol that this copy speaks. */
export const protocol = 1;

/** Throws an Error, which says what to install, unless this copy of @mg/tensor speaks the protocol that `user` needs. */
export function requireProtocol(user: string, needed: number): void {
  if (needed !== protocol) {
    throw new Error(
      `${user} needs an @mg/tensor that speaks protocol ${needed}, the installed one speaks ${protocol}; install the latest of both`,
    );
  }
}
