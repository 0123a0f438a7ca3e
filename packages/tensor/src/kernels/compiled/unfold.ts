import { type WasmMemory } from '../../array/linear-memory.ts';
import { type Windows } from '../reference/windows.ts';
import { instantiate } from './module.ts';
import { unfold } from './unfold.wasm.ts';

/** How windows lie over images of [height, width], and which rows of them are meant: `rows` from `first` on, of `columns` windows each. */
export type WindowRows = readonly [
  height: number,
  width: number,
  kernelRows: number,
  kernelColumns: number,
  rowStride: number,
  columnStride: number,
  rowDilation: number,
  columnDilation: number,
  top: number,
  left: number,
  first: number,
  rows: number,
  columns: number,
];

/** Images of float32 in linear memory, dense and one after the other, and their windows side by side. Addresses are in bytes. */
export interface UnfoldKernels {
  /**
   * Fills [channels · kernelRows · kernelColumns, rows · columns] at `to`, and 0 for what lies in the padding. Up to 3 elements
   * behind that are overwritten.
   */
  readonly unfold: (x: number, to: number, channels: number, ...windows: WindowRows) => void;
  /** Adds each element of such windows at `from` to where it came from. */
  readonly fold: (from: number, x: number, channels: number, ...windows: WindowRows) => void;
}

/** The kernels, working in `memory`; null where they cannot be compiled, and the reference kernels serve. */
export function compileUnfold(memory: WasmMemory): UnfoldKernels | null {
  return instantiate(unfold, memory) as UnfoldKernels | null;
}

/** What the kernels take of `windows`. */
export function windowRows(
  { height, width, kernel, stride, dilation, padding, count }: Windows,
  first: number,
  rows: number,
): WindowRows {
  return [height, width, ...kernel, ...stride, ...dilation, ...padding, first, rows, count[1]];
}
