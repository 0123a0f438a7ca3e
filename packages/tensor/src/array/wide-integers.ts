import { shared } from './shared.ts';
import { type Storage } from './storage.ts';

/** The int32 storages to be saved as I64. */
const wide = shared('written as I64', () => new WeakSet<Storage>());

/** Marks an int32 tensor to be saved as I64, PyTorch's default integer type; returns it. Tensors loaded from I64 are marked already. */
export function storeAsI64<T extends { readonly storage: Storage }>(tensor: T): T {
  wide.add(tensor.storage);
  return tensor;
}

/** Whether this tensor, or the tensor that it is a view of, is saved as I64. */
export function isStoredAsI64(tensor: { readonly storage: Storage }): boolean {
  return wide.has(tensor.storage);
}
