import { shared } from './shared.ts';
import { type Storage } from './storage.ts';

/** The storages of int32 that are written as I64. */
const wide = shared('written as I64', () => new WeakSet<Storage>());

/** States that files hold this int32 tensor as I64, as PyTorch does whole numbers; returns it. What was read as I64 is marked by itself. */
export function storeAsI64<T extends { readonly storage: Storage }>(tensor: T): T {
  wide.add(tensor.storage);
  return tensor;
}

/** Whether files hold this tensor, or what it is a view of, as I64. */
export function isStoredAsI64(tensor: { readonly storage: Storage }): boolean {
  return wide.has(tensor.storage);
}
